internal import Vocabulary

/// What the IP header of a packet says (RFC 791 §3.1, RFC 8200 §3).
struct IPHeader {
    /// A fragment's place in its datagram.
    struct Fragment: Equatable {
        var identifier: UInt32
        /// Where its payload belongs, in bytes.
        var offset: Int
        /// Whether others follow.
        var hasMore: Bool
    }

    var source: IPAddress
    var target: IPAddress
    /// What the payload is; 6 is TCP.
    var protocolNumber: UInt8
    /// Where the payload begins in the packet.
    var payloadStart: Int
    /// How long the payload was on the wire.
    var payloadByteCount: Int
    var fragment: Fragment?

    static let tcp: UInt8 = 6

    /// Reads the header at `start`; `nil` when it is not IP, or ends before its header does.
    ///
    /// - Parameters:
    ///   - bytes: The packet as captured.
    ///   - start: Where the header begins.
    ///   - wireByteCount: How long the packet was on the wire.
    init?(_ bytes: RawSpan, at start: Int, wireByteCount: Int) {
        guard start < bytes.byteCount else { return nil }
        switch bytes.octet(start) >> 4 {
        case 4: self.init(v4: bytes, at: start, wireByteCount: wireByteCount)
        case 6: self.init(v6: bytes, at: start, wireByteCount: wireByteCount)
        default: return nil
        }
    }

    private init?(v4 bytes: RawSpan, at start: Int, wireByteCount: Int) {
        guard start + 20 <= bytes.byteCount else { return nil }
        let headByteCount = Int(bytes.octet(start) & 0xF) * 4
        // A length of 0 is what a capture before segmentation offload shows.
        let stated = Int(bytes.word(start + 2))
        let total = stated == 0 ? wireByteCount - start : min(stated, wireByteCount - start)
        guard headByteCount >= 20, total >= headByteCount else { return nil }
        source = IPAddress(v4: bytes.long(start + 12))
        target = IPAddress(v4: bytes.long(start + 16))
        protocolNumber = bytes.octet(start + 9)
        payloadStart = start + headByteCount
        payloadByteCount = total - headByteCount
        let flags = bytes.word(start + 6)
        let hasMore = flags & 0x2000 != 0
        let offset = Int(flags & 0x1FFF) * 8
        if hasMore || offset > 0 {
            fragment = Fragment(
                identifier: UInt32(bytes.word(start + 4)),
                offset: offset,
                hasMore: hasMore
            )
        }
    }

    private init?(v6 bytes: RawSpan, at start: Int, wireByteCount: Int) {
        guard start + 40 <= bytes.byteCount else { return nil }
        // RFC 2675: 0 is a jumbo payload, or a packet before segmentation offload.
        let stated = Int(bytes.word(start + 4))
        let rest = wireByteCount - start - 40
        var count = stated == 0 ? rest : min(stated, rest)
        var next = bytes.octet(start + 6)
        var offset = start + 40
        source = IPAddress(v6: bytes.quad(start + 8), bytes.quad(start + 16))
        target = IPAddress(v6: bytes.quad(start + 24), bytes.quad(start + 32))
        // RFC 8200 §4: extension headers, each of which names the next.
        while let length = Self.extensionByteCount(next, bytes, at: offset) {
            if next == 44 {
                let word = bytes.word(offset + 2)
                fragment = Fragment(
                    identifier: bytes.long(offset + 4),
                    offset: Int(word & 0xFFF8),
                    hasMore: word & 1 != 0
                )
            }
            next = bytes.octet(offset)
            offset += length
            count -= length
            // Behind the first fragment's head there is no header, but a part of the payload.
            if let fragment, fragment.offset > 0 { break }
        }
        guard count >= 0 else { return nil }
        // RFC 8200 §4.5: a fragment that is the whole datagram is none.
        if let only = fragment, only.offset == 0, !only.hasMore { fragment = nil }
        protocolNumber = next
        payloadStart = offset
        payloadByteCount = count
    }

    /// The length of an extension header; `nil` when `number` is none, or the packet ends before it.
    private static func extensionByteCount(
        _ number: UInt8,
        _ bytes: RawSpan,
        at offset: Int
    )
        -> Int?
    {
        guard offset + 8 <= bytes.byteCount else { return nil }
        switch number {
        // Hop-by-hop, routing, destination options, mobility, HIP, Shim6.
        case 0, 43, 60, 135, 139, 140: return (Int(bytes.octet(offset + 1)) + 1) * 8
        case 44: return 8
        // RFC 4302 §2.2: authentication counts in units of four bytes.
        case 51: return (Int(bytes.octet(offset + 1)) + 2) * 4
        default: return nil
        }
    }
}
