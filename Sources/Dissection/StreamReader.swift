internal import CaptureFormat
internal import Reassembly
internal import Vocabulary
internal import WebSocketWire

/// One TCP stream: finds out what it is, and hands what belongs to a WebSocket to its writer.
///
/// ```
///   deciding ──▶ http ──▶ connection        an upgrade, seen from its request on
///       │         ▲  └──▶ ignored           other HTTP is followed, in case an upgrade comes
///       ├──▶ midway ─┴──▶ connection        its beginning was not captured
///       └──▶ ignored                        TLS and everything else
/// ```
final class StreamReader {
    /// What a TCP connection is to its WebSocket connection.
    enum Role {
        /// It is both legs: there is no proxy.
        case only
        /// Between client and proxy.
        case downstream
        /// Between proxy and server.
        case upstream
    }

    private enum Phase {
        case deciding
        case midway
        case http
        case connection
    }

    /// What becomes of a side's bytes once there is a connection.
    private enum Feed {
        /// Nothing yet: HTTP before the upgrade.
        case none
        /// They are the connection's, from this offset of the stream on.
        case arrival(base: UInt64)
        /// A proxy sent them on; frames begin where the offset stands, once that is known.
        case forwarded(base: UInt64?)

        var isSet: Bool { if case .none = self { false } else { true } }
    }

    let facts: StreamFacts
    private(set) var role = Role.only
    private(set) var writer: ConnectionWriter?
    private var phase: Phase
    private var client: Side?
    private var exchange = HTTPExchange()
    private var clientFeed = Feed.none
    private var serverFeed = Feed.none
    /// Bytes of each side that are too few to tell what they are.
    private var beginnings: ([UInt8], [UInt8]) = ([], [])
    /// What is still to be skipped of a PROXY protocol header.
    private var skippedByteCount = 0
    /// What a server has sent before its client's request was seen.
    private var heldServer: [(bytes: [UInt8], offset: UInt64, time: Instant)] = []
    private var searches: (BoundarySearch, BoundarySearch)?
    private var answerScanner = HTTPScanner()
    private var budgetedByteCount = 0

    /// Bytes that a server may send before its client's request is seen.
    static let heldServerByteCountMax = 64 << 10
    /// Bytes of a side that are searched for frames before the stream counts as something else.
    static let searchedByteCountMax = 64 << 10

    init(_ facts: StreamFacts, assumedServer: Side?) {
        self.facts = facts
        client = assumedServer?.other ?? (facts.isFromStart ? .first : nil)
        isAssumed = assumedServer != nil
        phase = facts.isFromStart ? .deciding : .midway
    }

    private let isAssumed: Bool

    /// Who serves, once that is known.
    var server: SocketAddress? { client.map { facts[$0.other] } }

    // MARK: - Inputs

    /// Takes the next bytes of a side.
    ///
    /// - Returns: Whether the stream is still of interest.
    func take(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        defer { budget(in: dissection) }
        setNextOffset(offset + UInt64(bytes.byteCount), side)
        switch phase {
        case .connection where clientFeed.isSet && serverFeed.isSet:
            feed(bytes, side, offset: offset, at: time, capture: &capture)
            return true
        case .connection, .http:
            return takeHTTP(
                bytes,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        case .deciding, .midway:
            return decide(
                bytes,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        }
    }

    /// Passes over bytes of a side that are not in the file.
    func skip(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        defer { budget(in: dissection) }
        setNextOffset(offset + byteCount, side)
        guard let client else {
            appendGap(byteCount, reason, side, at: time)
            return true
        }
        let direction: Direction = side == client ? .clientToServer : .serverToClient
        switch direction == .clientToServer ? clientFeed : serverFeed {
        case .arrival:
            writer?.skip(byteCount, reason, direction, at: time, capture: &capture)
            return true
        case .forwarded:
            writer?.giveUpComparison(direction)
            return true
        case .none:
            return loseHTTP(
                byteCount,
                reason,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        }
    }

    /// A side's kernel has acknowledged the other side's bytes before an offset.
    func acknowledge(
        _ sender: Side,
        through offset: UInt64,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard let writer, let client else { return }
        let isClient = sender == client
        switch (isClient ? clientFeed : serverFeed, role, isClient) {
        case (.arrival(let base), .only, _), (.forwarded(let base?), .upstream, true),
            (.forwarded(let base?), .downstream, false):
            guard offset > base else { return }
            writer.acknowledge(
                isClient ? .clientToServer : .serverToClient,
                through: offset - base,
                at: time,
                capture: &capture
            )
        default:
            // What a proxy's kernel has is no evidence of what the receiver has.
            return
        }
    }

    /// A side has sent FIN, or RST.
    func note(_ side: Side, _ cause: ClosedRecord.Cause) {
        guard let writer, let client else { return }
        let origin: ClosedRecord.Origin =
            switch (role, side == client) {
            case (.only, true), (.downstream, true): .client
            case (.only, false), (.upstream, false): .server
            default: .proxy
            }
        writer.note(origin, cause)
    }

    /// Nothing more comes.
    func end(
        _ end: StreamEvent.End,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        if phase == .midway { endSearch(in: &dissection, capture: &capture) }
        guard let writer else { return }
        dissection.forget(writer)
        if case .replaced = end {
            writer.note(
                .client,
                .failure,
                detail: "its ports are used again; how it ended is not in the file"
            )
        }
        dissection.notes.differences += writer.end(
            isClosed: end.isClosing,
            at: time,
            capture: &capture
        )
    }

    // MARK: - What it is

    private func decide(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        if skippedByteCount > 0, side == client {
            let skipped = min(skippedByteCount, bytes.byteCount)
            skippedByteCount -= skipped
            guard skipped < bytes.byteCount else { return true }
            return decide(
                bytes.extracting(skipped...),
                side,
                offset: offset + UInt64(skipped),
                at: time,
                in: &dissection,
                capture: &capture
            )
        }
        let known = side == .first ? beginnings.0 : beginnings.1
        guard !known.isEmpty else {
            return decide(
                whole: bytes,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        }
        // Safety: the bytes are copied before the closure returns.
        let joined = unsafe bytes.withUnsafeBytes { unsafe known + Array($0) }
        setBeginning([], side)
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        return decide(
            whole: unsafe joined.span.bytes,
            side,
            offset: offset - UInt64(known.count),
            at: time,
            in: &dissection,
            capture: &capture
        )
    }

    private func decide(
        whole bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        let kind = StreamKind.of(bytes)
        switch kind {
        case .request, .response:
            let client = kind == .request ? side : side.other
            // A request that its server's side sends is none.
            if let known = self.client, known != client { break }
            self.client = client
            if phase == .midway { exchange.lose() }
            phase = .http
            searches = nil
            return takeHTTP(
                bytes,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        case .undecided where searches == nil && !isAssumed:
            // Safety: the bytes are copied before the closure returns.
            setBeginning(unsafe bytes.withUnsafeBytes { unsafe Array($0) }, side)
            return true
        case .proxyHeader(let byteCount) where side == client && phase == .deciding:
            skippedByteCount = byteCount
            return decide(
                bytes,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        case .tls where searches == nil:
            dissection.notes.noteTLS(facts[client?.other ?? facts.likelyServer])
            return false
        case .http2 where searches == nil:
            dissection.notes.http2Count += 1
            return false
        default: break
        }
        guard phase == .midway || isAssumed else {
            dissection.notes.otherCount += 1
            return false
        }
        phase = .midway
        return search(bytes, side, at: time, in: &dissection, capture: &capture)
    }

    private func setBeginning(_ bytes: [UInt8], _ side: Side) {
        if side == .first { beginnings.0 = bytes } else { beginnings.1 = bytes }
    }

    // MARK: - HTTP

    private func takeHTTP(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        guard side != client else {
            guard !clientFeed.isSet else {
                feed(bytes, side, offset: offset, at: time, capture: &capture)
                return true
            }
            return takeRequest(
                bytes,
                side,
                offset: offset,
                at: time,
                in: &dissection,
                capture: &capture
            )
        }
        guard !serverFeed.isSet else {
            feed(bytes, side, offset: offset, at: time, capture: &capture)
            return true
        }
        // An answer that was captured before its request.
        if !exchange.isAwaitingAnswer, !clientFeed.isSet, !exchange.isServerLost,
            exchange.isServerBetweenMessages
        {
            return hold(bytes, side, offset: offset, at: time, in: &dissection)
        }
        return takeResponse(
            bytes,
            side,
            offset: offset,
            at: time,
            in: &dissection,
            capture: &capture
        )
    }

    private func takeRequest(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        switch exchange.takeClient(bytes, from: 0) {
        case .usedUp: break
        case .upgradeRequest(let head, let request, let end):
            beginConnection(
                request,
                head,
                headEnd: offset + UInt64(end),
                at: time,
                in: &dissection,
                capture: &capture
            )
            if end < bytes.byteCount {
                feed(
                    bytes.extracting(end...),
                    side,
                    offset: offset + UInt64(end),
                    at: time,
                    capture: &capture
                )
            }
        default:
            dissection.notes.httpCount += 1
            return false
        }
        return releaseHeldServer(in: &dissection, capture: &capture)
    }

    private func takeResponse(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        switch exchange.takeServer(bytes, from: 0) {
        case .usedUp: return true
        case .upgradeAnswer(let start):
            beginAnswer(offset: offset + UInt64(start))
            feed(
                bytes.extracting(start...),
                side,
                offset: offset + UInt64(start),
                at: time,
                capture: &capture
            )
            if let writer { dissection.answer(writer) }
            return true
        case .orphanedUpgrade(let head, let end):
            beginOrphan(
                head,
                headEnd: offset + UInt64(end),
                at: time,
                in: &dissection,
                capture: &capture
            )
            guard end < bytes.byteCount else { return true }
            feed(
                bytes.extracting(end...),
                side,
                offset: offset + UInt64(end),
                at: time,
                capture: &capture
            )
            return true
        default:
            guard writer == nil else { return true }
            dissection.notes.httpCount += 1
            return false
        }
    }

    /// An upgrade request is whole: a connection begins, or goes on by its second leg.
    private func beginConnection(
        _ request: HTTPHead,
        _ head: [UInt8],
        headEnd: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        guard let client else { return }
        phase = .connection
        let key = request["Sec-WebSocket-Key"]
        if let (first, reader) = dissection.partner(of: key, facts[client.other]) {
            role = .upstream
            reader.role = .downstream
            writer = first
            first.join(facts, client: client, capture: &capture)
            // Frames begin behind the head, which the proxy may have rewritten.
            let framesStart = first.requestByteCount ?? 0
            clientFeed = .forwarded(base: headEnd > framesStart ? headEnd - framesStart : 0)
            return
        }
        let start = headEnd - UInt64(head.count)
        let writer = dissection.makeWriter(facts, client: client, key: key)
        self.writer = writer
        dissection.expectPartner(of: writer, self)
        writer.requestByteCount = UInt64(head.count)
        writer.begin(facts, capture: &capture)
        clientFeed = .arrival(base: start)
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        writer.take(
            unsafe head.span.bytes,
            .clientToServer,
            at: time,
            capture: &capture
        )
    }

    /// The server's answer to the upgrade begins.
    private func beginAnswer(offset: UInt64) {
        // From the proxy's answer on, the server's bytes have arrived already, by the other leg.
        serverFeed = role == .downstream ? .forwarded(base: nil) : .arrival(base: offset)
    }

    /// An answer that accepts an upgrade whose request was not captured.
    private func beginOrphan(
        _ head: [UInt8],
        headEnd: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        guard let client else { return }
        phase = .connection
        let writer = dissection.makeWriter(facts, client: client, key: nil)
        self.writer = writer
        dissection.notes.midwayCount += 1
        writer.beginOrphaned(facts, capture: &capture)
        clientFeed = .arrival(base: nextOffset(client))
        serverFeed = .arrival(base: headEnd - UInt64(head.count))
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        writer.take(
            unsafe head.span.bytes,
            .serverToClient,
            at: time,
            capture: &capture
        )
    }

    /// Holds what a server has sent before its client's request was seen.
    private func hold(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState
    ) -> Bool {
        // Safety: the bytes are copied before the closure returns.
        heldServer.append((unsafe bytes.withUnsafeBytes { unsafe Array($0) }, offset, time))
        let byteCount = heldServer.reduce(0) { $0 + $1.bytes.count }
        guard byteCount <= Self.heldServerByteCountMax, !dissection.budget.isExhausted else {
            dissection.notes.httpCount += 1
            return false
        }
        return true
    }

    private func releaseHeldServer(
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        guard !heldServer.isEmpty, let client,
            exchange.isAwaitingAnswer || clientFeed.isSet || phase == .midway
        else { return true }
        let held = heldServer
        heldServer = []
        for run in held {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            let bytes = unsafe run.bytes.span.bytes
            let isWanted = take(
                bytes,
                client.other,
                offset: run.offset,
                at: run.time,
                in: &dissection,
                capture: &capture
            )
            guard isWanted else { return false }
        }
        return true
    }

    /// Bytes are missing before there is a connection, or before its answer.
    private func loseHTTP(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        if phase == .connection, side != client, let writer {
            // Of the answer at least a part is not there: whether it accepted is seen by what follows.
            beginAnswer(offset: offset)
            guard role != .downstream else { return true }
            writer.loseAnswer(at: time, capture: &capture)
            writer.skip(byteCount, reason, .serverToClient, at: time, capture: &capture)
            dissection.answer(writer)
            return true
        }
        // From here on anything may begin with any segment: a head, or frames.
        if phase == .http { exchange.lose() }
        phase = .midway
        appendGap(byteCount, reason, side, at: time)
        return releaseHeldServer(in: &dissection, capture: &capture)
    }

    /// Where each side's next byte stands.
    private var nextOffsets: (UInt64, UInt64) = (0, 0)

    private func nextOffset(_ side: Side) -> UInt64 {
        side == .first ? nextOffsets.0 : nextOffsets.1
    }

    private func setNextOffset(_ offset: UInt64, _ side: Side) {
        if side == .first { nextOffsets.0 = offset } else { nextOffsets.1 = offset }
    }

    // MARK: - Frames

    /// Hands bytes to the connection.
    private func feed(
        _ bytes: RawSpan,
        _ side: Side,
        offset: UInt64,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard let writer else { return }
        let isClient = side == client
        let direction: Direction = isClient ? .clientToServer : .serverToClient
        switch isClient ? clientFeed : serverFeed {
        case .none: return
        case .arrival: writer.take(bytes, direction, at: time, capture: &capture)
        case .forwarded(let base?):
            writer.takeForwarded(bytes, direction)
            let end = offset + UInt64(bytes.byteCount)
            writer.forward(direction, through: end > base ? end - base : 0)
        case .forwarded(nil):
            findAnswerEnd(bytes, offset: offset, at: time, capture: &capture)
        }
    }

    /// Looks for the end of the answer that a proxy has sent on: frames follow.
    private func findAnswerEnd(
        _ bytes: RawSpan,
        offset: UInt64,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard let writer, let client else { return }
        var position = 0
        do throws(WireError) {
            while let part = try answerScanner.next(in: bytes, from: &position) {
                guard let head = part.head else { continue }
                guard head.status == 101, let framesStart = writer.framesStart(.serverToClient)
                else {
                    answerScanner.expect(.none)
                    continue
                }
                let headEnd = offset + UInt64(position)
                serverFeed = .forwarded(base: headEnd > framesStart ? headEnd - framesStart : 0)
                guard position < bytes.byteCount else { return }
                return feed(
                    bytes.extracting(position...),
                    client.other,
                    offset: headEnd,
                    at: time,
                    capture: &capture
                )
            }
        } catch {
            writer.giveUpComparison(.serverToClient)
        }
    }

    // MARK: - Without a beginning

    private func search(
        _ bytes: RawSpan,
        _ side: Side,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        startSearches()
        if side == .first {
            searches?.0.append(bytes, at: time)
        } else {
            searches?.1.append(bytes, at: time)
        }
        if found(side, isEndOfFlow: false, in: &dissection, capture: &capture) { return true }
        let byteCount = side == .first ? searches?.0.held.byteCount : searches?.1.held.byteCount
        guard byteCount ?? 0 > Self.searchedByteCountMax || dissection.budget.isExhausted else {
            return true
        }
        dissection.notes.otherCount += 1
        return false
    }

    private func startSearches() {
        guard searches == nil else { return }
        let prior: BoundarySearch.Prior = isAssumed ? .assumed : .unknown
        func search(_ side: Side) -> BoundarySearch {
            let isMasked = client.map { $0 == side }
            let expectation = FrameEvidence.Expectation(isMasked: isMasked, mayBeCompressed: nil)
            return BoundarySearch(expectation, prior: prior)
        }
        searches = (search(.first), search(.second))
    }

    private func appendGap(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ side: Side,
        at time: Instant
    ) {
        startSearches()
        if side == .first {
            searches?.0.appendGap(byteCount: byteCount, reason, at: time)
        } else {
            searches?.1.appendGap(byteCount: byteCount, reason, at: time)
        }
    }

    private func endSearch(
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        for side in Side.allCases where searches != nil {
            if found(side, isEndOfFlow: true, in: &dissection, capture: &capture) { return }
        }
        dissection.notes.otherCount += 1
    }

    /// Whether a side certainly sends frames; then there is a connection.
    private func found(
        _ side: Side,
        isEndOfFlow: Bool,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        let boundary =
            side == .first
            ? searches?.0.find(isEndOfFlow: isEndOfFlow)
            : searches?.1.find(isEndOfFlow: isEndOfFlow)
        guard let boundary, let searches else { return false }
        self.searches = nil
        let isMasked = boundary.isMasked ?? (side == client)
        // RFC 6455 §5.1: only clients mask. Where neither side does, the lower port serves.
        let client = self.client ?? (isMasked ? side : facts.client(whenUnmasked: side))
        self.client = client
        phase = .connection
        let writer = dissection.makeWriter(facts, client: client, key: nil)
        self.writer = writer
        dissection.notes.midwayCount += 1
        writer.beginMidway(facts, isAssumed: isAssumed, capture: &capture)
        clientFeed = .arrival(base: nextOffset(client) - held(client, searches).end)
        serverFeed = .arrival(base: nextOffset(client.other) - held(client.other, searches).end)
        for other in [side, side.other] {
            writer.replay(
                held(other, searches),
                other == client ? .clientToServer : .serverToClient,
                capture: &capture
            )
        }
        return true
    }

    private func held(_ side: Side, _ searches: (BoundarySearch, BoundarySearch)) -> GappedBytes {
        side == .first ? searches.0.held : searches.1.held
    }

    // MARK: - Budget

    /// Gives back what the stream has held.
    func release(in dissection: DissectionState) {
        dissection.budget.change(by: -budgetedByteCount)
        budgetedByteCount = 0
    }

    private func budget(in dissection: DissectionState) {
        guard phase != .connection || budgetedByteCount > 0 || !serverFeed.isSet else { return }
        let held =
            exchange.heldByteCount + beginnings.0.count + beginnings.1.count
            + heldServer.reduce(0) { $0 + $1.bytes.count }
            + (searches?.0.held.byteCount ?? 0) + (searches?.1.held.byteCount ?? 0)
        dissection.budget.change(by: held - budgetedByteCount)
        budgetedByteCount = held
    }
}

extension StreamFacts {
    /// Who serves, when nothing but the ports tells.
    fileprivate var likelyServer: Side {
        if isFromStart { return .second }
        return first.port < second.port ? .first : .second
    }

    /// Who is the client when a side sends unmasked frames.
    fileprivate func client(whenUnmasked side: Side) -> Side { side.other }
}

extension StreamEvent.End {
    /// Whether the connection is gone, and not only followed no longer.
    fileprivate var isClosing: Bool {
        switch self {
        case .finished, .reset, .replaced: true
        case .dropped, .captureEnded: false
        }
    }
}
