internal import Vocabulary

/// Sizes as people write them: `4096`, `64K`, `256M`, `1.5G`, `2T`; also `MB` (10⁶) and `MiB` (2²⁰).
enum ByteCountText {
    private static let letters: [Character] = ["K", "M", "G", "T"]

    /// Reads a size in bytes; `nil` when it is none.
    static func read(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), digits.first != ".", digits.last != "." else {
            return nil
        }
        guard let unit = unit(text.dropFirst(digits.count)) else { return nil }
        let value = number * unit
        guard value < Double(1 << 53), value.rounded() == value || unit > 1 else { return nil }
        return UInt64(value)
    }

    /// Reads a size.
    ///
    /// - Throws: ``OperatorError`` when it is none.
    static func read(_ value: SettingSheet.Value) throws(OperatorError) -> UInt64 {
        guard let count = read(value.text) else {
            throw OperatorError(
                .usage,
                "\(value.origin) is '\(value.text)'; write a size such as 64M, 1.5G or 4096."
            )
        }
        return count
    }

    private static func unit(_ text: Substring) -> Double? {
        if text.isEmpty || text == "B" { return 1 }
        guard let letter = text.first,
            let power = letters.firstIndex(where: { String($0) == letter.uppercased() })
        else { return nil }
        let base: Double
        switch text.dropFirst() {
        case "", "iB": base = 1024
        case "B": base = 1000
        default: return nil
        }
        return (0...power).reduce(1) { product, _ in product * base }
    }
}
