public import CaptureFormat
public import Vocabulary
public import WebSocketWire

/// Builds the records of a run, with real frame bytes, one event a call; each event is a millisecond
/// later than the one before.
public struct HistoryBuilder {
    /// A record with what its ranges index.
    public struct Recorded: Sendable {
        /// The record.
        public var entry: CaptureEntry
        /// What its ranges index.
        public var bytes: [UInt8]
    }

    private struct Flow {
        var frame: UInt64 = 0
        var offset: ByteOffset = 0
        var messageStarts: [String: ByteOffset] = [:]
        var messageEnds: [String: ByteOffset] = [:]
        /// Where faults rewrote something, and by how much what goes on grew.
        var growths: [(end: ByteOffset, growth: Int64)] = []

        /// Where a received byte goes on.
        func sent(_ offset: ByteOffset) -> ByteOffset {
            let growth = growths.reduce(Int64(0)) { $1.end <= offset ? $0 + $1.growth : $0 }
            return ByteOffset(Int64(offset) + growth)
        }
        var acknowledged: ByteOffset = 0
        var written: ByteOffset?
        var injected: UInt64 = 0
    }

    /// The records so far.
    public private(set) var entries: [Recorded] = []
    /// The time of the next event.
    public var now = Instant(nanoseconds: 1_795_348_800_000_000_000)

    private var flows: [ConnectionID: [Direction: Flow]] = [:]
    private var closes: [ConnectionID: [Direction: ClosedRecord.CloseFrame]] = [:]

    /// What every client's mask key is.
    public static let maskKey: UInt32 = 0x37FA_213D

    /// Creates a builder without records.
    public init() {}

    /// Whether a connection has been opened and not closed.
    public func isOpen(_ connection: ConnectionID) -> Bool { flows[connection] != nil }

    // MARK: - Records

    /// Adds any record.
    public mutating func add(_ record: CaptureRecord, bytes: [UInt8] = []) {
        entries.append(
            Recorded(entry: CaptureEntry(time: now, arrival: now, record: record), bytes: bytes)
        )
        now = now.advanced(by: .milliseconds(1))
    }

    /// A client connects and its upgrade is answered.
    public mutating func open(
        _ connection: ConnectionID,
        target: String = "/ws",
        address: String = "127.0.0.1:50000",
        extensions: String = "",
        problems: [String] = [],
        isAccepted: Bool = true
    ) {
        add(
            .opened(
                OpenedRecord(
                    connection: connection,
                    leg: .downstream,
                    local: "127.0.0.1:8000",
                    remote: address
                )
            )
        )
        add(
            .handshake(
                HandshakeRecord(
                    connection: connection,
                    isAccepted: isAccepted,
                    target: target,
                    host: "example.test",
                    status: isAccepted ? 101 : 502,
                    extensions: extensions,
                    problems: problems,
                    clientFramesStart: 200,
                    serverFramesStart: 150
                )
            )
        )
        guard isAccepted else { return }
        flows[connection] = [
            .clientToServer: Flow(offset: 200, messageEnds: ["0": 200], acknowledged: 200),
            .serverToClient: Flow(offset: 150, messageEnds: ["0": 150], acknowledged: 150),
        ]
    }

    /// A message in one frame, masked when the client sends it.
    public mutating func send(
        _ connection: ConnectionID,
        _ direction: Direction,
        _ opcode: Opcode = .text,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reservedBits: UInt8 = 0,
        name: String = ""
    ) {
        let maskKey = direction == .clientToServer ? Self.maskKey : nil
        let start = flows[connection]?[direction]?.offset ?? 0
        flows[connection]?[direction]?.messageStarts[name] = start
        raw(
            connection,
            direction,
            FrameBytes.frame(
                opcode,
                payload,
                isFinal: isFinal,
                reservedBits: reservedBits,
                maskKey: maskKey
            )
        )
        let end = flows[connection]?[direction]?.offset ?? 0
        flows[connection]?[direction]?.messageEnds[name] = end
    }

    /// A frame of which the bytes are given, cut into parts at `cuts`; `isWhole` says whether the
    /// frame ends with its bytes.
    public mutating func raw(
        _ connection: ConnectionID,
        _ direction: Direction,
        _ bytes: [UInt8],
        cuts: [Int] = [],
        isWhole: Bool = true
    ) {
        guard var flow = flows[connection]?[direction] else { return }
        flow.frame += 1
        let headCount = bytes.count > 1 ? FrameHeader.byteCount(secondByte: bytes[1]) : 2
        let edges = [0] + cuts + [bytes.count]
        for (part, range) in zip(edges, edges.dropFirst()).enumerated() {
            let piece = Array(bytes[range.0..<range.1])
            let header = max(0, min(headCount - range.0, piece.count))
            add(
                .frame(
                    FrameRecord(
                        connection: connection,
                        direction: direction,
                        frame: flow.frame,
                        part: UInt32(part),
                        isLast: isWhole && range.1 == bytes.count,
                        offset: flow.offset,
                        header: 0..<header,
                        payload: header..<piece.count
                    )
                ),
                bytes: piece
            )
            flow.offset += UInt64(piece.count)
        }
        flows[connection]?[direction] = flow
    }

    /// A fault rewrites a message that has come; a late one goes on now.
    public mutating func rewrite(
        _ connection: ConnectionID,
        _ direction: Direction,
        _ kind: RewriteRecord.Kind,
        _ name: String,
        by fault: String
    ) {
        guard let flow = flows[connection]?[direction], let start = flow.messageStarts[name],
            let end = flow.messageEnds[name]
        else { preconditionFailure("\(connection) has sent no message \(name)") }
        let isPutIn = kind == .late || kind == .duplicated
        let offset = isPutIn ? flow.offset : start
        let byteCount = isPutIn ? 0 : end - start
        let isSent = kind != .dropped && kind != .deferred
        let sent = [UInt8](repeating: 0, count: isSent ? Int(end - start) : 0)
        flows[connection]?[direction]?.growths.append(
            (offset + byteCount, Int64(sent.count) - Int64(byteCount))
        )
        add(
            .rewrite(
                RewriteRecord(
                    connection: connection,
                    direction: direction,
                    kind: kind,
                    offset: offset,
                    byteCount: byteCount,
                    sent: sent,
                    origin: isPutIn ? start : 0,
                    cause: fault
                )
            )
        )
    }

    /// A close frame.
    public mutating func close(
        _ connection: ConnectionID,
        _ direction: Direction,
        code: UInt16 = 1000
    ) {
        closes[connection, default: [:]][direction] = ClosedRecord.CloseFrame(
            code: code,
            reason: ""
        )
        send(connection, direction, .close, [UInt8(code >> 8), UInt8(code & 0xFF)])
    }

    /// The receiver's kernel has acknowledged a direction through a message; all of it without name.
    public mutating func reach(
        _ connection: ConnectionID,
        _ direction: Direction,
        through name: String?
    ) {
        let end = offset(connection, direction, of: name)
        flows[connection]?[direction]?.acknowledged = end
    }

    /// Only what ends with a message was put on the wire to the receiver.
    public mutating func write(
        _ connection: ConnectionID,
        _ direction: Direction,
        through name: String?
    ) {
        let end = offset(connection, direction, of: name)
        flows[connection]?[direction]?.written = end
    }

    /// The connection's progress is recorded.
    public mutating func progress(_ connection: ConnectionID) {
        add(
            .progress(
                ProgressRecord(
                    connection: connection,
                    downstream: progress(connection, .serverToClient),
                    upstream: progress(connection, .clientToServer)
                )
            )
        )
    }

    /// The connection ended.
    public mutating func end(
        _ connection: ConnectionID,
        _ cause: ClosedRecord.Cause,
        by origin: ClosedRecord.Origin = .server
    ) {
        if cause == .shutdown {
            for direction in Direction.allCases {
                let frame: [UInt8] = [0x88, 0x02, 0x03, 0xE9]
                add(
                    .outcome(
                        OutcomeRecord(
                            connection: connection,
                            direction: direction,
                            kind: .injected,
                            sent: frame,
                            byteCount: UInt64(frame.count),
                            cause: "shutdown"
                        )
                    )
                )
                flows[connection]?[direction]?.injected = UInt64(frame.count)
            }
        }
        add(
            .closed(
                ClosedRecord(
                    connection: connection,
                    origin: origin,
                    cause: cause,
                    clientClose: closes[connection]?[.clientToServer],
                    serverClose: closes[connection]?[.serverToClient],
                    downstream: progress(connection, .serverToClient),
                    upstream: progress(connection, .clientToServer)
                )
            )
        )
        flows[connection] = nil
    }

    // MARK: - Helpers

    private func offset(
        _ connection: ConnectionID,
        _ direction: Direction,
        of name: String?
    ) -> ByteOffset {
        guard let flow = flows[connection]?[direction] else { return 0 }
        guard let name else { return flow.sent(flow.offset) }
        precondition(flow.messageEnds[name] != nil, "\(connection) has sent no message \(name)")
        return flow.sent(flow.messageEnds[name] ?? 0)
    }

    /// The progress of the leg that a direction leaves on.
    private func progress(_ connection: ConnectionID, _ direction: Direction) -> LegProgress {
        guard let flow = flows[connection]?[direction],
            let back = flows[connection]?[direction.reversed]
        else { return LegProgress() }
        let sent = flow.sent(flow.offset) + flow.injected
        return LegProgress(
            received: back.offset,
            written: sent,
            acknowledged: flow.acknowledged,
            unsent: sent - (flow.written ?? sent),
            isKnown: true
        )
    }
}
