/// Builds deflate data by hand (RFC 1951), as permessage-deflate puts it in a message: without the
/// four bytes 00 00 FF FF at its end.
public struct DeflateBytes {
    private var bytes: [UInt8] = []
    private var bitCount = 0

    /// A message of stored blocks: nothing is compressed.
    public static func stored(_ payload: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var rest = payload[...]
        while !rest.isEmpty {
            let block = rest.prefix(0xFFFF)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            out += [0, UInt8(length & 0xFF), UInt8(length >> 8)]
            out += [UInt8(~length & 0xFF), UInt8(~length >> 8)]
            out += block
        }
        return out + [0]
    }

    /// A message of `1 + 258 * matchCount` times the same byte, in about 13 bits for each match.
    public static func repeated(_ byte: UInt8, matchCount: Int) -> [UInt8] {
        precondition(byte < 144, "only literals with eight bits")
        var writer = DeflateBytes()
        writer.number(0b010, bits: 3)
        writer.code(0b0011_0000 + UInt16(byte), bits: 8)
        for _ in 0..<matchCount {
            writer.code(0b1100_0101, bits: 8)
            writer.code(0, bits: 5)
        }
        writer.code(0, bits: 7)
        writer.number(0, bits: 3)
        return writer.bytes
    }

    private mutating func number(_ value: UInt16, bits: Int) {
        for bit in 0..<bits { add(value >> UInt16(bit) & 1) }
    }

    private mutating func code(_ value: UInt16, bits: Int) {
        for bit in (0..<bits).reversed() { add(value >> UInt16(bit) & 1) }
    }

    private mutating func add(_ bit: UInt16) {
        if bitCount % 8 == 0 { bytes.append(0) }
        bytes[bytes.count - 1] |= UInt8(bit) << UInt8(bitCount % 8)
        bitCount += 1
    }
}
