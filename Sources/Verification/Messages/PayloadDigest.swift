import WebSocketWire

/// A 64-bit fingerprint of a payload, to tell equal messages from different ones.
///
/// It is not cryptographic: peers that try can make two payloads collide. Two honest payloads do so
/// about once in 2⁶⁴ comparisons.
public enum PayloadDigest {
    private static let multipliers: (UInt64, UInt64) = (
        0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03
    )

    /// The fingerprint of `bytes`.
    public static func of(_ bytes: RawSpan) -> UInt64 {
        var state = fold(UInt64(bytes.byteCount) ^ multipliers.0, multipliers.1)
        var index = 0
        while index + 16 <= bytes.byteCount {
            state = fold(
                state ^ multipliers.0 ^ word(of: bytes, at: index),
                multipliers.1 ^ word(of: bytes, at: index + 8)
            )
            index += 16
        }
        var rest: (UInt64, UInt64) = (0, 0)
        var shift: UInt64 = 0
        while index < bytes.byteCount {
            let byte = UInt64(bytes.byte(at: index))
            if shift < 64 { rest.0 |= byte << shift } else { rest.1 |= byte << (shift - 64) }
            shift += 8
            index += 1
        }
        return fold(state ^ rest.0, multipliers.1 ^ rest.1 ^ state)
    }

    private static func word(of bytes: RawSpan, at index: Int) -> UInt64 {
        // Safety: the caller leaves eight bytes after the index, and any bit pattern is a `UInt64`.
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        )
    }

    /// Multiplies to 128 bits and folds the halves: every input bit reaches every output bit.
    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
