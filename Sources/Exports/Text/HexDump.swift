internal import Vocabulary

/// Bytes as people read them: offset, sixteen bytes in hexadecimal, and what of them is ASCII.
enum HexDump {
    private static let byteCountPerLine = 16

    /// The lines of a dump, without line breaks.
    static func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        stride(from: 0, to: bytes.count, by: byteCountPerLine).map { offset in
            let row = bytes.dropFirst(offset).prefix(byteCountPerLine)
            var digits = ""
            for (index, byte) in row.enumerated() {
                digits += (index == 8 ? "  " : " ") + [byte].hexadecimal
            }
            digits += String(repeating: " ", count: max(0, 49 - digits.count))
            let text = row.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "." }
            return "\(place(offset)) \(digits)  \(text.joined())"
        }
    }

    private static func place(_ offset: Int) -> String {
        let digits = String(offset, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
}
