import ProxyProtocol

/// Headers byte by byte, as the specification lays them out, right ones and wrong ones.
enum HeaderBytes {
    static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    /// 192.0.2.1:4711 to 192.0.2.9:443.
    static let tcp4: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 9, 0x12, 0x67, 0x01, 0xBB]
    /// [2001:db8::1]:4711 to [2001:db8::9]:443.
    static let tcp6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + zeros(11) + [1] + [0x20, 0x01, 0x0D, 0xB8] + zeros(11) + [9]
        + [0x12, 0x67, 0x01, 0xBB]

    /// A header of version 2.
    static func binary(
        versionAndCommand: UInt8 = 0x21,
        family: UInt8 = 0x11,
        _ body: [UInt8] = tcp4,
        byteCount: Int? = nil
    ) -> [UInt8] {
        let count = byteCount ?? body.count
        return signature + [versionAndCommand, family, UInt8(count >> 8), UInt8(count & 0xFF)]
            + body
    }

    static func field(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
        [type, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
    }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    /// CRC-32C, bit by bit.
    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 {
                register = register & 1 == 1 ? register >> 1 ^ 0x82F6_3B78 : register >> 1
            }
        }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: ~register >> $0) }
    }
}
