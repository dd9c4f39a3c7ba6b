/// Bytes as text (RFC 4648 §4, with padding).
public enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// Four characters for every three bytes, the last group filled with `=`.
    public static func text(_ bytes: RawSpan) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.byteCount + 2) / 3 * 4)
        var index = 0
        while index < bytes.byteCount {
            let count = min(3, bytes.byteCount - index)
            var group: UInt32 = 0
            for place in 0..<3 {
                let byte = place < count ? Self.byte(of: bytes, at: index + place) : 0
                group = group << 8 | UInt32(byte)
            }
            for place in 0..<4 {
                let digit = alphabet[Int(group >> (18 - 6 * UInt32(place)) & 0x3F)]
                out.append(place <= count ? digit : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Reads a text.
    ///
    /// - Parameter text: Groups of four characters, the last one filled with `=`.
    /// - Returns: The bytes; `nil` when it is no Base64.
    public static func bytes(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let filler = UInt8(ascii: "=")
        let missing = characters.reversed().prefix { $0 == filler }.count
        guard missing <= 2 else { return nil }
        let digits = characters.dropLast(missing)
        var out: [UInt8] = []
        out.reserveCapacity(characters.count / 4 * 3)
        var group: UInt32 = 0
        var bitCount = 0
        for character in digits {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            group = group << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            out.append(UInt8(truncatingIfNeeded: group >> UInt32(bitCount)))
        }
        return out
    }

    private static func byte(of bytes: RawSpan, at offset: Int) -> UInt8 {
        // Safety: any bit pattern is a `UInt8`; the load itself checks the bounds.
        unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
