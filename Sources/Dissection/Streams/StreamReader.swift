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

    enum Phase {
        case deciding
        case midway
        case http
        case connection
    }

    /// What becomes of a side's bytes once there is a connection.
    enum Feed {
        /// Nothing yet: HTTP before the upgrade.
        case none
        /// They are the connection's, from this offset of the stream on.
        case arrival(base: UInt64)
        /// A proxy sent them on; frames begin where the offset stands, once that is known.
        case forwarded(base: UInt64?)

        var isSet: Bool { if case .none = self { false } else { true } }
    }

    let facts: StreamFacts
    /// Somebody has said that it is WebSocket.
    let isAssumed: Bool
    var role = Role.only
    var writer: ConnectionWriter?
    var phase: Phase
    var client: Side?
    var exchange = HTTPExchange()
    var clientFeed = Feed.none
    var serverFeed = Feed.none
    /// Bytes of each side that are too few to tell what they are.
    var beginnings: ([UInt8], [UInt8]) = ([], [])
    /// What is still to be skipped of a PROXY protocol header.
    var skippedByteCount = 0
    /// What a server has sent before its client's request was seen.
    var heldServer: [(bytes: [UInt8], place: StreamPlace)] = []
    var searches: (BoundarySearch, BoundarySearch)?
    var answerScanner = HTTPScanner()
    var budgetedByteCount = 0

    /// How far each side's bytes were acknowledged.
    var acknowledged: (UInt64, UInt64) = (0, 0)
    /// Signs of the end that came before there was a connection.
    var signs: [(Side, ClosedRecord.Cause)] = []
    /// Where each side's next byte stands.
    var nextOffsets: (UInt64, UInt64) = (0, 0)
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

    /// Who serves, once that is known.
    var server: SocketAddress? { client.map { facts[$0.other] } }

    // MARK: - Inputs

    /// Takes the next bytes of a side.
    ///
    /// - Returns: Whether the stream is still of interest.
    func take(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        defer { budget(in: dissection) }
        setNextOffset(place.advanced(by: bytes.byteCount).offset, place.side)
        switch phase {
        case .connection where clientFeed.isSet && serverFeed.isSet:
            feed(bytes, place, capture: &capture)
            return true
        case .connection, .http:
            return takeHTTP(bytes, place, in: &dissection, capture: &capture)
        case .deciding, .midway:
            return decide(bytes, place, in: &dissection, capture: &capture)
        }
    }

    /// Passes over bytes of a side that are not in the file.
    func skip(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        defer { budget(in: dissection) }
        setNextOffset(place.offset + byteCount, place.side)
        guard let client else {
            appendGap(byteCount, reason, place)
            return true
        }
        let direction: Direction = place.side == client ? .clientToServer : .serverToClient
        switch direction == .clientToServer ? clientFeed : serverFeed {
        case .arrival:
            writer?.skip(byteCount, reason, direction, at: place.time, capture: &capture)
            return true
        case .forwarded:
            writer?.giveUpComparison(direction)
            return true
        case .none:
            return loseHTTP(byteCount, reason, place, in: &dissection, capture: &capture)
        }
    }

    /// A side's kernel has acknowledged the other side's bytes before an offset.
    func acknowledge(
        _ sender: Side,
        through offset: UInt64,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        if sender == .first { acknowledged.0 = offset } else { acknowledged.1 = offset }
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
        guard let writer, let client else {
            signs.append((side, cause))
            return
        }
        let origin: ClosedRecord.Origin =
            switch (role, side == client) {
            case (.only, true), (.downstream, true): .client
            case (.only, false), (.upstream, false): .server
            default: .proxy
            }
        writer.note(origin, cause)
    }

    /// Tells a new connection what was seen before it was one.
    func tellWriter(at time: Instant, capture: inout CaptureEncoder) {
        for side in Side.allCases {
            let offset = side == .first ? acknowledged.0 : acknowledged.1
            if offset > 0 { acknowledge(side, through: offset, at: time, capture: &capture) }
        }
        for (side, cause) in signs { note(side, cause) }
        signs = []
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

    // MARK: - Budget

    /// Gives back what the stream has held.
    func release(in dissection: DissectionState) {
        dissection.budget.change(by: -budgetedByteCount)
        budgetedByteCount = 0
    }

    func budget(in dissection: DissectionState) {
        guard phase != .connection || budgetedByteCount > 0 || !serverFeed.isSet else { return }
        let held =
            exchange.heldByteCount + beginnings.0.count + beginnings.1.count
            + heldServer.reduce(0) { $0 + $1.bytes.count }
            + (searches?.0.held.byteCount ?? 0) + (searches?.1.held.byteCount ?? 0)
        dissection.budget.change(by: held - budgetedByteCount)
        budgetedByteCount = held
    }
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
