public import Reassembly
public import Vocabulary

/// One TCP connection of which the segments are written down as they pass.
///
/// ```
/// var wire = Wire()
/// wire.connect()
/// wire.send(.first, "GET / HTTP/1.1\r\n…")
/// wire.acknowledge(.first)
/// ```
public struct Wire: Sendable {
    /// A segment with its payload and the time when it passed.
    public struct Passed: Sendable {
        /// The segment; its payload indexes ``bytes``.
        public var segment: TCPSegment
        /// The payload.
        public var bytes: [UInt8]
        /// When.
        public var time: Instant
    }

    /// The segments so far.
    public var passed: [Passed] = []
    /// When the next segment passes; each comes a millisecond after the one before.
    public var now = Instant(nanoseconds: 1_795_348_800_000_000_000)

    private let ends: (SocketAddress, SocketAddress)
    private let initial: (UInt32, UInt32)
    private var sent: (UInt32, UInt32) = (0, 0)

    /// Creates a wire between 10.0.0.1 and 10.0.0.2.
    ///
    /// - Parameters:
    ///   - clientPort: Who dials.
    ///   - serverPort: Who is dialled.
    ///   - initial: The numbers of both sides' SYN.
    public init(
        clientPort: UInt16 = 40_000,
        serverPort: UInt16 = 8000,
        initial: (UInt32, UInt32) = (1000, 5000)
    ) {
        ends = (
            SocketAddress(IPAddress(v4: 0x0A00_0001), port: clientPort),
            SocketAddress(IPAddress(v4: 0x0A00_0002), port: serverPort)
        )
        self.initial = initial
    }

    /// How many bytes a side has sent.
    public func sentByteCount(_ side: Side) -> UInt32 { side == .first ? sent.0 : sent.1 }

    /// The three segments with which a connection begins.
    public mutating func connect() {
        pass(.first, initial.0, nil, .syn)
        pass(.second, initial.1, initial.0 &+ 1, [.syn, .ack])
        pass(.first, initial.0 &+ 1, initial.1 &+ 1, .ack)
    }

    /// A side sends bytes, and acknowledges all that the other one has sent.
    public mutating func send(_ side: Side, _ bytes: [UInt8], cutByteCount: Int = 0) {
        send(side, bytes, at: sentByteCount(side), cutByteCount: cutByteCount)
    }

    /// A side sends text.
    public mutating func send(_ side: Side, _ text: String) { send(side, Array(text.utf8)) }

    /// A side sends bytes that belong at an offset, again or before others.
    public mutating func send(
        _ side: Side,
        _ bytes: [UInt8],
        at offset: UInt32,
        cutByteCount: Int = 0,
        flags: TCPSegment.Flags = .ack
    ) {
        let end = offset &+ UInt32(bytes.count + cutByteCount)
        if side == .first { sent.0 = max(sent.0, end) } else { sent.1 = max(sent.1, end) }
        pass(
            side,
            number(side, offset),
            number(side.other, sentByteCount(side.other)),
            flags,
            bytes,
            cutByteCount: cutByteCount
        )
    }

    /// Bytes that a side sends and that nobody captured.
    public mutating func lose(_ side: Side, byteCount: UInt32) {
        if side == .first { sent.0 += byteCount } else { sent.1 += byteCount }
    }

    /// A side's bytes before an offset are acknowledged; without one, all of them.
    public mutating func acknowledge(_ sender: Side, through offset: UInt32? = nil) {
        pass(
            sender.other,
            number(sender.other, sentByteCount(sender.other)),
            number(sender, offset ?? sentByteCount(sender)),
            .ack
        )
    }

    /// A side ends its direction.
    public mutating func finish(_ side: Side) {
        pass(
            side,
            number(side, sentByteCount(side)),
            number(side.other, sentByteCount(side.other)),
            [.fin, .ack]
        )
    }

    /// Both sides end, and acknowledge it.
    public mutating func close() {
        finish(.first)
        finish(.second)
        for side in Side.allCases { acknowledge(side, through: sentByteCount(side) &+ 1) }
    }

    /// A side breaks the connection off.
    public mutating func reset(_ side: Side) {
        pass(side, number(side, sentByteCount(side)), 0, .rst)
    }

    /// Time passes.
    public mutating func wait(_ duration: Duration) { now = now.advanced(by: duration) }

    private func number(_ side: Side, _ offset: UInt32) -> UInt32 {
        (side == .first ? initial.0 : initial.1) &+ 1 &+ offset
    }

    private mutating func pass(
        _ side: Side,
        _ sequence: UInt32,
        _ acknowledgement: UInt32?,
        _ flags: TCPSegment.Flags,
        _ bytes: [UInt8] = [],
        cutByteCount: Int = 0
    ) {
        let segment = TCPSegment(
            source: side == .first ? ends.0 : ends.1,
            target: side == .first ? ends.1 : ends.0,
            sequence: sequence,
            acknowledgement: acknowledgement ?? 0,
            flags: flags,
            payload: 0..<bytes.count,
            cutByteCount: cutByteCount
        )
        passed.append(Passed(segment: segment, bytes: bytes, time: now))
        now = now.advanced(by: .milliseconds(1))
    }
}
