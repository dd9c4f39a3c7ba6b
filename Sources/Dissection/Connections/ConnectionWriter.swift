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
    struct Flow {
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
    var recorder: ConnectionRecorder
    let budget: SearchBudget
    var toServer: Flow
    var toClient: Flow
    var downstream: OpenedRecord
    var upstream: OpenedRecord
    var openLegCount = 1
    var hasTwoLegs = false
    var lastProgress: ProgressRecord
    var isOver = false
    /// How long the upgrade request is; set when it was seen whole.
    var requestByteCount: ByteOffset?

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
        recorder.beginFrames(.serverToClient, isAtBoundary: false)
        tellResumed(at: time, capture: &capture)
        recorder.loseAnswer(at: time, capture: &capture)
        for direction in Direction.allCases where recorder.mode(direction) == .unframed {
            let search = BoundarySearch(expectation(direction), prior: .frames)
            update(direction) { $0.search = search }
        }
    }

    /// Whether the client has sent so much without an answer that none is to be expected.
    var hasWaitedForAnswer: Bool {
        recorder.clientToServer.earlyByteCount > ConnectionRecorder.earlyByteCountMax / 2
    }

    func beginUnframed(
        prior: BoundarySearch.Prior,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        for direction in Direction.allCases { beginUnframed(direction, prior: prior) }
        tellResumed(at: time, capture: &capture)
    }

    /// Says that frames pass whose upgrade is not in the capture.
    func tellResumed(at time: Instant, capture: inout CaptureEncoder) {
        let record = recorder.resumed(
            downstream: downstream,
            upstream: upstream,
            progress: progress
        )
        capture.append(.resumed(record), arrival: time)
    }

    func beginUnframed(_ direction: Direction, prior: BoundarySearch.Prior) {
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

    // MARK: - Helpers

    func isSearching(_ direction: Direction) -> Bool {
        direction == .clientToServer ? toServer.search != nil : toClient.search != nil
    }

    func flow(_ direction: Direction) -> Flow {
        direction == .clientToServer ? toServer : toClient
    }

    @discardableResult
    func update<Result>(
        _ direction: Direction,
        _ body: (inout Flow) -> Result
    ) -> Result {
        direction == .clientToServer ? body(&toServer) : body(&toClient)
    }
}
