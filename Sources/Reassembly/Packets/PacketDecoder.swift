/// Finds the TCP segment in a captured packet: link header, IP, extension headers, fragments.
///
/// ```
/// decoder.decode(packet, wireByteCount: 1514) { segment, bytes in
///     // segment.payload indexes bytes
/// }
/// ```
///
/// It keeps ``FragmentTable`` and counts; malformed packets are counted and passed over.
public struct PacketDecoder {
    /// What the packets were.
    public struct Tally: Equatable, Sendable {
        /// All packets.
        public var packetCount: UInt64 = 0
        /// Packets with a TCP segment.
        public var segmentCount: UInt64 = 0
        /// Packets with other protocols than IP, or than TCP in it.
        public var otherCount: UInt64 = 0
        /// Packets whose IP or TCP header is cut off or impossible.
        public var malformedCount: UInt64 = 0
        /// Packets of which the file holds only the beginning.
        public var cutCount: UInt64 = 0
        /// IP fragments.
        public var fragmentCount: UInt64 = 0
        /// Fragmented datagrams of which a part never came.
        public var abandonedDatagramCount: UInt64 = 0

        /// Nothing was seen.
        public init() {}
    }

    private let link: LinkType
    private var fragments = FragmentTable()
    private var counts = Tally()

    /// Creates a decoder for packets of one link type.
    public init(link: LinkType) {
        self.link = link
    }

    /// What the packets have been so far.
    public var tally: Tally {
        var tally = counts
        tally.abandonedDatagramCount = fragments.abandonedCount + UInt64(fragments.openCount)
        return tally
    }

    /// Decodes a packet.
    ///
    /// - Parameters:
    ///   - bytes: The packet as captured.
    ///   - wireByteCount: How long it was on the wire.
    ///   - body: Gets the segment, if there is one, and the span that its payload indexes.
    public mutating func decode(
        _ bytes: RawSpan,
        wireByteCount: Int,
        _ body: (TCPSegment, RawSpan) throws -> Void
    ) rethrows {
        counts.packetCount += 1
        if wireByteCount > bytes.byteCount { counts.cutCount += 1 }
        guard let start = link.networkStart(in: bytes) else {
            counts.otherCount += 1
            return
        }
        let wireByteCount = max(wireByteCount, bytes.byteCount)
        guard let header = IPHeader(bytes, at: start, wireByteCount: wireByteCount) else {
            counts.malformedCount += 1
            return
        }
        guard header.protocolNumber == IPHeader.tcp else {
            counts.otherCount += 1
            return
        }
        guard header.fragment == nil else { return try decodeFragment(bytes, header, body) }
        try decodeSegment(
            bytes,
            at: header.payloadStart,
            byteCount: header.payloadByteCount,
            header,
            body
        )
    }

    private mutating func decodeFragment(
        _ bytes: RawSpan,
        _ header: IPHeader,
        _ body: (TCPSegment, RawSpan) throws -> Void
    ) rethrows {
        counts.fragmentCount += 1
        let end = header.payloadStart + header.payloadByteCount
        guard end <= bytes.byteCount else { return }
        let payload = bytes.extracting(header.payloadStart..<end)
        guard let datagram = fragments.take(payload, header) else { return }
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        let whole = unsafe datagram.span.bytes
        try decodeSegment(whole, at: 0, byteCount: datagram.count, header, body)
    }

    private mutating func decodeSegment(
        _ bytes: RawSpan,
        at start: Int,
        byteCount: Int,
        _ header: IPHeader,
        _ body: (TCPSegment, RawSpan) throws -> Void
    ) rethrows {
        guard
            let segment = TCPSegment(
                bytes,
                at: start,
                byteCount: byteCount,
                source: header.source,
                target: header.target
            )
        else {
            counts.malformedCount += 1
            return
        }
        counts.segmentCount += 1
        try body(segment, bytes)
    }
}
