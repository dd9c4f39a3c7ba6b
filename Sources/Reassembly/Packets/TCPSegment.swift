internal import Vocabulary

/// What a TCP segment says (RFC 9293 §3.1).
public struct TCPSegment: Equatable, Sendable {
    /// The control bits that matter here.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits as in the header.
        public let rawValue: UInt8

        /// Creates flags from the header's bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// No more from the sender.
        public static let fin = Flags(rawValue: 0x01)
        /// Synchronise: a connection begins.
        public static let syn = Flags(rawValue: 0x02)
        /// The connection is broken off.
        public static let rst = Flags(rawValue: 0x04)
        /// The acknowledgement number counts.
        public static let ack = Flags(rawValue: 0x10)
    }

    /// Who sent it.
    public var source: SocketAddress
    /// Who was to get it.
    public var target: SocketAddress
    /// The number of the first payload byte, or of SYN.
    public var sequence: UInt32
    /// The next number that the sender expects; 0 without ``Flags/ack``.
    public var acknowledgement: UInt32
    /// The control bits.
    public var flags: Flags
    /// The payload, in the bytes that came with the segment.
    public var payload: Range<Int>
    /// Bytes of the payload that were on the wire and are not in the file (snap length).
    public var cutByteCount: Int

    /// Creates a segment.
    public init(
        source: SocketAddress,
        target: SocketAddress,
        sequence: UInt32,
        acknowledgement: UInt32,
        flags: Flags,
        payload: Range<Int>,
        cutByteCount: Int = 0
    ) {
        self.source = source
        self.target = target
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.flags = flags
        self.payload = payload
        self.cutByteCount = cutByteCount
    }

    /// Reads the segment at `start`; `nil` when its header is cut or impossible.
    ///
    /// - Parameters:
    ///   - bytes: The packet as captured.
    ///   - start: Where the TCP header begins.
    ///   - byteCount: How long header and payload were on the wire.
    ///   - source: The sending host.
    ///   - target: The receiving host.
    init?(
        _ bytes: RawSpan,
        at start: Int,
        byteCount: Int,
        source: IPAddress,
        target: IPAddress
    ) {
        guard byteCount >= 20, start + 20 <= bytes.byteCount else { return nil }
        let headByteCount = Int(bytes.octet(start + 12) >> 4) * 4
        guard headByteCount >= 20, headByteCount <= byteCount else { return nil }
        let payloadStart = min(start + headByteCount, bytes.byteCount)
        let payloadEnd = min(start + byteCount, bytes.byteCount)
        self.init(
            source: SocketAddress(source, port: bytes.word(start)),
            target: SocketAddress(target, port: bytes.word(start + 2)),
            sequence: bytes.long(start + 4),
            acknowledgement: bytes.long(start + 8),
            flags: Flags(rawValue: bytes.octet(start + 13)),
            payload: payloadStart..<payloadEnd,
            cutByteCount: byteCount - headByteCount - (payloadEnd - payloadStart)
        )
    }
}
