internal import CaptureFormat
internal import Reassembly
internal import Recording
internal import Vocabulary
internal import WebSocketWire

/// Writes one WebSocket connection as a proxy at the place of the capture would have recorded it.
///
/// Without a proxy between them, client and server share one TCP connection: it is both legs. Where both
/// legs of a proxy were captured, bytes count where they arrive, and the other leg shows how far they
/// were sent on.
final class ConnectionWriter {
    /// One direction.
    private struct Flow {
        /// Looks for a boundary, while none is known.
        var search: BoundarySearch?
        /// What the search holds, as the budget knows it.
        var heldByteCount = 0
        var lastTime: Instant
        var comparison = LegComparison()
        /// Bytes on the target leg that the receiver's kernel has acknowledged, and that were sent.
        var acknowledged: ByteOffset = 0
        var forwarded: ByteOffset = 0
    }

    let connection: ConnectionID
    /// What both legs have in common when a proxy is between them.
    let key: String?
    private(set) var recorder: ConnectionRecorder
    private let budget: SearchBudget
    private var toServer: Flow
    private var toClient: Flow
    private var downstream: OpenedRecord
    private var upstream: OpenedRecord
    private var openLegCount = 1
    private(set) var hasTwoLegs = false
    private var lastProgress: ProgressRecord
    private(set) var isOver = false

    init(
        _ connection: ConnectionID,
        _ facts: StreamFacts,
        client: Side,
        key: String?,
        options: DissectionOptions,
        budget: SearchBudget
    ) {
        self.connection = connection
        self.key = key
        self.budget = budget
        recorder = ConnectionRecorder(
            connection: connection,
            keepsSecrets: options.keepsSecrets,
            redactedPointers: options.redactedPointers
        )
        toServer = Flow(lastTime: facts.began)
        toClient = Flow(lastTime: facts.began)
        downstream = OpenedRecord(
            connection: connection,
            leg: .downstream,
            local: "\(facts[client.other])",
            remote: "\(facts[client])"
        )
        upstream = OpenedRecord(
            connection: connection,
            leg: .upstream,
            local: "\(facts[client])",
            remote: "\(facts[client.other])"
        )
        lastProgress = ProgressRecord(
            connection: connection,
            downstream: LegProgress(),
            upstream: LegProgress()
        )
    }

    // MARK: - Beginning

    /// The upgrade was seen from its request on.
    func begin(_ facts: StreamFacts, capture: inout CaptureEncoder) {
        capture.append(.opened(downstream), arrival: facts.began)
        capture.append(.opened(upstream), arrival: facts.began)
    }

    /// Frames pass, and no upgrade was seen.
    ///
    /// - Parameters:
    ///   - facts: The TCP connection.
    ///   - isAssumed: Whether somebody says that frames begin with the first byte.
    ///   - capture: Where records are staged.
    func beginMidway(_ facts: StreamFacts, isAssumed: Bool, capture: inout CaptureEncoder) {
        begin(facts, capture: &capture)
        beginUnframed(prior: isAssumed ? .assumed : .frames, at: facts.began, capture: &capture)
    }

    /// The answer that accepts an upgrade comes, and its request was not seen.
    func beginOrphaned(_ facts: StreamFacts, capture: inout CaptureEncoder) {
        begin(facts, capture: &capture)
        beginUnframed(.clientToServer, prior: .frames)
    }

    /// The answer to the upgrade was not seen, or not all of it.
    func loseAnswer(at time: Instant, capture: inout CaptureEncoder) {
        tellResumed(at: time, capture: &capture)
        recorder.loseAnswer(at: time, capture: &capture)
        for direction in Direction.allCases where recorder.mode(direction) == .unframed {
            let search = BoundarySearch(expectation(direction), prior: .frames)
            update(direction) { $0.search = search }
        }
    }

    private func beginUnframed(
        prior: BoundarySearch.Prior,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        for direction in Direction.allCases { beginUnframed(direction, prior: prior) }
        tellResumed(at: time, capture: &capture)
    }

    /// Says that frames pass whose upgrade is not in the capture.
    private func tellResumed(at time: Instant, capture: inout CaptureEncoder) {
        let record = recorder.resumed(
            downstream: downstream,
            upstream: upstream,
            progress: progress
        )
        capture.append(.resumed(record), arrival: time)
    }

    private func beginUnframed(_ direction: Direction, prior: BoundarySearch.Prior) {
        recorder.beginFrames(direction, isAtBoundary: false)
        let search = BoundarySearch(expectation(direction), prior: prior)
        update(direction) { $0.search = search }
    }

    /// Takes what was held before it was known to be a connection's.
    func replay(_ held: GappedBytes, _ direction: Direction, capture: inout CaptureEncoder) {
        for piece in held.pieces {
            if !piece.bytes.isEmpty {
                // Safety: bytes have no padding, so all of the span's memory is initialised.
                let bytes = unsafe piece.bytes.span.bytes
                take(bytes, direction, at: piece.time, capture: &capture)
            }
            guard piece.gapByteCount > 0 else { continue }
            skip(
                piece.gapByteCount,
                piece.gapReason,
                direction,
                at: piece.time,
                capture: &capture
            )
        }
    }

    /// A second TCP connection carries the same upgrade on: a proxy is between them.
    func join(_ facts: StreamFacts, client: Side, capture: inout CaptureEncoder) {
        hasTwoLegs = true
        openLegCount += 1
        upstream.local = "\(facts[client])"
        upstream.remote = "\(facts[client.other])"
        capture.append(.opened(upstream), arrival: facts.began)
    }

    // MARK: - Bytes

    func take(
        _ bytes: RawSpan,
        _ direction: Direction,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard !isOver else { return }
        if isSearching(direction) {
            update(direction) { $0.search?.append(bytes, at: time) }
            return lookForBoundary(direction, capture: &capture)
        }
        let start = recorder.received(direction)
        recorder.take(bytes, direction, at: time, capture: &capture)
        update(direction) { $0.lastTime = time }
        if hasTwoLegs { compareArrived(bytes, direction, from: start) }
    }

    /// Passes over bytes that are not in the file.
    func skip(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ direction: Direction,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard !isOver else { return }
        update(direction) { $0.comparison.giveUp() }
        tellGap(byteCount, reason, direction, at: time, capture: &capture)
        if isSearching(direction) {
            update(direction) { $0.search?.appendGap(byteCount: byteCount, reason, at: time) }
            return
        }
        pass(byteCount, direction)
    }

    /// What of these bytes the proxy has sent on by its other leg.
    func takeForwarded(_ bytes: RawSpan, _ direction: Direction) {
        update(direction) { $0.comparison.takeSent(bytes) }
    }

    /// The other leg is not whole in the file.
    func giveUpComparison(_ direction: Direction) {
        update(direction) { $0.comparison.giveUp() }
    }

    /// Where frames begin in a direction; `nil` while that is not known.
    func framesStart(_ direction: Direction) -> ByteOffset? {
        recorder.framesStart.map { direction == .clientToServer ? $0.client : $0.server }
    }

    private func compareArrived(_ bytes: RawSpan, _ direction: Direction, from start: ByteOffset) {
        guard let frames = framesStart(direction) else {
            // Sent before the answer: it is compared as well, from the request's end on.
            guard direction == .clientToServer, let head = requestByteCount else { return }
            return compare(bytes, direction, from: start, frames: head)
        }
        compare(bytes, direction, from: start, frames: frames)
    }

    /// How long the upgrade request is; set when it was seen whole.
    var requestByteCount: ByteOffset?

    private func compare(
        _ bytes: RawSpan,
        _ direction: Direction,
        from start: ByteOffset,
        frames: ByteOffset
    ) {
        let skipped = frames > start ? Int(clamping: frames - start) : 0
        guard skipped < bytes.byteCount else { return }
        update(direction) { $0.comparison.takeArrived(bytes.extracting(skipped...)) }
    }

    // MARK: - Boundaries

    private func expectation(_ direction: Direction) -> FrameEvidence.Expectation {
        FrameEvidence.Expectation(
            isMasked: direction == .clientToServer,
            mayBeCompressed: recorder.agreement.map { $0.deflate != nil || !$0.others.isEmpty }
        )
    }

    /// Goes on behind a gap, or begins to look for where a frame begins.
    private func pass(_ byteCount: UInt64, _ direction: Direction) {
        recorder.skip(byteCount: byteCount, direction)
        guard recorder.mode(direction) == .unframed else { return }
        let search = BoundarySearch(expectation(direction), prior: .frames)
        update(direction) { $0.search = search }
    }

    private func lookForBoundary(
        _ direction: Direction,
        isEndOfFlow: Bool = false,
        capture: inout CaptureEncoder
    ) {
        let boundary = update(direction) { $0.search?.find(isEndOfFlow: isEndOfFlow) }
        let held = flow(direction).search?.held.byteCount ?? 0
        let isFull = flow(direction).search?.isFull == true || budget.isExhausted
        guard boundary != nil || isEndOfFlow || isFull else {
            budget.change(by: held - flow(direction).heldByteCount)
            return update(direction) { $0.heldByteCount = held }
        }
        release(direction, boundary, isEndOfFlow: isEndOfFlow, capture: &capture)
    }

    /// Records what a search holds: up to the boundary as bytes of frames whose head is missing, then as
    /// frames.
    private func release(
        _ direction: Direction,
        _ boundary: BoundarySearch.Boundary?,
        isEndOfFlow: Bool,
        capture: inout CaptureEncoder
    ) {
        guard let search = flow(direction).search else { return }
        budget.change(by: -flow(direction).heldByteCount)
        update(direction) { flow in
            flow.search = nil
            flow.heldByteCount = 0
        }
        let limit = boundary?.position ?? search.held.end
        for piece in search.held.pieces {
            let cut = Int(clamping: min(max(limit, piece.start), piece.end) - piece.start)
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            let bytes = unsafe piece.bytes.span.bytes
            if cut > 0 {
                recorder.take(
                    bytes.extracting(..<cut),
                    direction,
                    at: piece.time,
                    capture: &capture
                )
            }
            if let boundary, piece.start <= boundary.position, boundary.position < piece.end {
                resumeFrames(direction, isFirst: boundary.position == 0)
            }
            if cut < piece.bytes.count {
                take(bytes.extracting(cut...), direction, at: piece.time, capture: &capture)
            }
            guard piece.gapByteCount > 0 else { continue }
            if isSearching(direction) {
                update(direction) {
                    $0.search?.appendGap(
                        byteCount: piece.gapByteCount,
                        piece.gapReason,
                        at: piece.time
                    )
                }
            } else if piece.end < limit {
                recorder.skip(byteCount: piece.gapByteCount, direction)
            } else {
                pass(piece.gapByteCount, direction)
            }
        }
        guard boundary == nil, !isEndOfFlow else { return }
        let next = BoundarySearch(expectation(direction), prior: .frames)
        update(direction) { $0.search = next }
    }

    private func resumeFrames(_ direction: Direction, isFirst: Bool) {
        let isUntouched = recorder.received(direction) == 0
        if isFirst, isUntouched {
            recorder.beginFrames(direction, isAtBoundary: true)
        } else {
            recorder.resumeFrames(direction)
        }
    }

    private func tellGap(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ direction: Direction,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        let frame = max(1, recorder.frameNumber(direction))
        let record = GapRecord(
            from: flow(direction).lastTime,
            through: max(time, flow(direction).lastTime),
            frameCount: 1,
            streamByteCount: byteCount,
            reason: reason.sentence,
            runs: [
                GapRecord.Run(
                    connection: connection,
                    direction: direction,
                    first: frame,
                    last: frame
                )
            ]
        )
        capture.append(.gap(record), arrival: time)
    }

    // MARK: - Progress

    /// The receiver's kernel has acknowledged a direction's bytes up to an offset of this connection.
    func acknowledge(
        _ direction: Direction,
        through offset: ByteOffset,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        let isNews = update(direction) { flow in
            defer { flow.acknowledged = max(flow.acknowledged, offset) }
            return offset > flow.acknowledged
        }
        guard isNews, !isOver else { return }
        let progress = progress
        guard progress != lastProgress else { return }
        lastProgress = progress
        capture.append(.progress(progress), arrival: time)
    }

    /// A direction's bytes were sent on the target leg up to an offset of this connection.
    func forward(_ direction: Direction, through offset: ByteOffset) {
        update(direction) { $0.forwarded = max($0.forwarded, offset) }
    }

    private var progress: ProgressRecord {
        ProgressRecord(
            connection: connection,
            downstream: progress(of: .downstream),
            upstream: progress(of: .upstream)
        )
    }

    private func progress(of leg: Leg) -> LegProgress {
        let arrived = position(leg.outbound)
        let received = position(leg.inbound)
        return update(leg.outbound) { flow in
            // What a proxy has not sent on can be told only where its other leg is whole.
            let sent = hasTwoLegs && !flow.comparison.isGivenUp ? flow.forwarded : arrived
            return LegProgress(
                received: received,
                written: max(sent, flow.acknowledged),
                acknowledged: flow.acknowledged,
                // A proxy that changed the bytes has offsets of its own.
                isKnown: flow.comparison.difference == nil
            )
        }
    }

    /// How far a direction has come, what is held included.
    private func position(_ direction: Direction) -> ByteOffset {
        recorder.received(direction) + update(direction) { $0.search?.held.end ?? 0 }
    }

    // MARK: - Ending

    /// A peer, or the proxy between them, gave a sign of the end.
    func note(
        _ origin: ClosedRecord.Origin,
        _ cause: ClosedRecord.Cause,
        detail: String = ""
    ) {
        recorder.ending.note(origin, cause, detail: detail)
    }

    /// One of the TCP connections is gone.
    ///
    /// - Parameters:
    ///   - isClosed: Whether it ended, and not only what is known of it.
    ///   - time: When.
    ///   - capture: Where records are staged.
    /// - Returns: What the comparison of two legs has shown, one sentence each, when it was the last.
    func end(isClosed: Bool, at time: Instant, capture: inout CaptureEncoder) -> [String] {
        openLegCount -= 1
        guard openLegCount == 0, !isOver else { return [] }
        for direction in Direction.allCases where isSearching(direction) {
            lookForBoundary(direction, isEndOfFlow: true, capture: &capture)
        }
        isOver = true
        let differences = hasTwoLegs ? differences() : []
        let last = progress
        if isClosed {
            let record = recorder.closed(downstream: last.downstream, upstream: last.upstream)
            capture.append(.closed(record), arrival: time)
        } else if last != lastProgress {
            capture.append(.progress(last), arrival: time)
        }
        return differences
    }

    private func differences() -> [String] {
        Direction.allCases.compactMap { direction in
            update(direction) { $0.comparison.finish() }
            guard let offset = flow(direction).comparison.difference else { return nil }
            return "\(connection) \(direction.arrow): the two legs carry different bytes from byte "
                + "\(offset) behind the handshake on; what arrived was taken."
        }
    }

    // MARK: - Helpers

    private func isSearching(_ direction: Direction) -> Bool {
        direction == .clientToServer ? toServer.search != nil : toClient.search != nil
    }

    private func flow(_ direction: Direction) -> Flow {
        direction == .clientToServer ? toServer : toClient
    }

    @discardableResult
    private func update<Result>(
        _ direction: Direction,
        _ body: (inout Flow) -> Result
    ) -> Result {
        direction == .clientToServer ? body(&toServer) : body(&toClient)
    }
}

extension StreamEvent.GapReason {
    /// Why bytes are missing, as the end of a sentence.
    fileprivate var sentence: String {
        switch self {
        case .notCaptured:
            "their packets are not in the file, though the receiver acknowledged them."
        case .snapLength: "the file holds only the beginning of their packet (snap length)."
        case .notAcknowledged:
            "no packet with them is in the file, and the receiver never acknowledged them."
        case .heldTooLong:
            "no packet with them came before too much had come behind them."
        }
    }
}
