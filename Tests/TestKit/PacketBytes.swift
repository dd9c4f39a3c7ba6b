/// Builds packets byte by byte, as RFC 791, 8200 and 9293 lay them out; checksums are left at 0.
public enum PacketBytes {
    /// A TCP header without options, and a payload.
    public static func tcp(
        from source: UInt16,
        to target: UInt16,
        sequence: UInt32 = 1,
        acknowledgement: UInt32 = 0,
        flags: UInt8 = 0x10,
        payload: [UInt8] = []
    ) -> [UInt8] {
        bytes(source) + bytes(target) + bytes(sequence) + bytes(acknowledgement)
            + [5 << 4, flags] + bytes(UInt16(0xFFFF)) + [0, 0, 0, 0] + payload
    }

    /// An IPv4 packet from 10.0.0.1 to 10.0.0.2.
    public static func ipv4(
        _ payload: [UInt8],
        protocolNumber: UInt8 = 6,
        identifier: UInt16 = 7,
        fragmentOffset: Int = 0,
        hasMore: Bool = false,
        options: [UInt8] = []
    ) -> [UInt8] {
        let headByteCount = 20 + options.count
        let flags = UInt16(fragmentOffset / 8) | (hasMore ? 0x2000 : 0)
        return [0x40 | UInt8(headByteCount / 4), 0] + bytes(UInt16(headByteCount + payload.count))
            + bytes(identifier) + bytes(flags) + [
                64, protocolNumber, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
            ]
            + options + payload
    }

    /// An IPv6 packet from 2001:db8::1 to 2001:db8::2; `next` is what stands first in the payload.
    public static func ipv6(_ payload: [UInt8], next: UInt8 = 6) -> [UInt8] {
        let address: (UInt8) -> [UInt8] = { last in
            [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]
        }
        return [0x60, 0, 0, 0] + bytes(UInt16(payload.count)) + [next, 64] + address(1) + address(2)
            + payload
    }

    /// An Ethernet frame, with tags before its type.
    public static func ethernet(
        _ payload: [UInt8],
        type: UInt16 = 0x0800,
        tags: [(type: UInt16, number: UInt16)] = []
    ) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + tags.flatMap { bytes($0.type) + bytes($0.number) }
            + bytes(type) + payload
    }

    /// A packet file of classic pcap with microseconds, little-endian.
    public static func file(
        _ packets: [(seconds: UInt32, bytes: [UInt8])],
        link: UInt32 = 1,
        snapByteCount: UInt32 = 262_144
    ) -> [UInt8] {
        let head =
            little(0xA1B2_C3D4) + [2, 0, 4, 0] + little(0) + little(0) + little(snapByteCount)
            + little(link)
        return packets.reduce(into: head) { file, packet in
            let kept = packet.bytes.prefix(Int(snapByteCount))
            file += little(packet.seconds) + little(0) + little(UInt32(kept.count))
            file += little(UInt32(packet.bytes.count)) + kept
        }
    }

    private static func bytes(_ value: UInt16) -> [UInt8] {
        [UInt8(value >> 8), UInt8(value & 0xFF)]
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        bytes(UInt16(value >> 16)) + bytes(UInt16(value & 0xFFFF))
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
}
