/// Masking of payloads (RFC 6455 §5.3): the same operation masks and unmasks.
public enum Masking {
    /// XORs `bytes` with a mask key, in place.
    ///
    /// - Parameters:
    ///   - key: The key in wire order, first byte in the lowest eight bits.
    ///   - bytes: Holds a run of a payload.
    ///   - range: Where in `bytes` the run stands.
    ///   - offset: Where the run stands in its frame's payload; it chooses the key byte to begin
    ///     with.
    public static func apply(
        key: UInt32,
        to bytes: inout [UInt8],
        range: Range<Int>,
        offset: UInt64
    ) {
        let shift = UInt32(offset % 4) * 8
        let turned = shift == 0 ? key : key >> shift | key << (32 - shift)
        let wide = UInt64(turned) | UInt64(turned) << 32
        var span = bytes.mutableSpan
        // Safety: bytes have no padding, so every value written is a valid element.
        var raw = unsafe span.mutableBytes
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            // Safety: eight bytes are inside the range, and every bit pattern is a `UInt64`.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            raw.storeBytes(
                of: word ^ UInt64(littleEndian: wide),
                toByteOffset: index,
                as: UInt64.self
            )
            index += 8
        }
        var turn = UInt32(0)
        while index < range.upperBound {
            // Safety: the index is inside the range.
            let byte = unsafe raw.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            raw.storeBytes(
                of: byte ^ UInt8(truncatingIfNeeded: turned >> (8 * (turn % 4))),
                toByteOffset: index,
                as: UInt8.self
            )
            index += 1
            turn += 1
        }
    }
}
