import Vocabulary

/// Figures as people read them.
public enum Figures {
    /// `1 204 310`, in groups of three with narrow blanks.
    public static func grouped(_ value: UInt64) -> String {
        let digits = Array(String(value))
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append("\u{202F}") }
            result.append(digit)
        }
        return result
    }

    /// `1 frame`, `1 204 frames`.
    public static func count(_ value: UInt64, _ one: String, _ many: String? = nil) -> String {
        "\(grouped(value)) \(value == 1 ? one : many ?? one + "s")"
    }

    /// `310 B`, `1.2 kB`, `4.7 GB`; a kB has 1000 bytes.
    public static func bytes(_ count: UInt64) -> String {
        let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
        guard count >= 1000 else { return "\(count) B" }
        var value = Double(count) / 1000
        var unit = 0
        while value >= 999.95, unit + 1 < units.count {
            value /= 1000
            unit += 1
        }
        return "\(decimal(value, digits: 1) ?? "0") \(units[unit])"
    }

    /// `4.9 : 1`: how many times as large one is as the other; `1 : 4.9` when it is smaller.
    public static func ratio(_ one: UInt64, _ other: UInt64) -> String {
        guard one > 0, other > 0 else { return "–" }
        guard one >= other else { return "1 : \(times(other, one))" }
        return "\(times(one, other)) : 1"
    }

    private static func times(_ large: UInt64, _ small: UInt64) -> String {
        decimal(Double(large) / Double(small), digits: 1) ?? grouped(large / small)
    }

    /// `4.2 ms`, `2.6 s`, `3 min 20 s`, `2 h 5 min`.
    static func duration(_ duration: Duration) -> String {
        let seconds = max(0, duration.inSeconds)
        if seconds < 1 { return "\(decimal(seconds * 1000, digits: 1) ?? "0") ms" }
        if seconds < 60 { return "\(decimal(seconds, digits: 1) ?? "0") s" }
        let whole = Int64(seconds)
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    /// `99.8 %`, never rounded up to 100.
    static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded(.down) / 10
        return "\(decimal(tenths, digits: 1) ?? "0") %"
    }

    /// A number with at most so many decimals, trailing zeros left out; `nil` when it is none.
    static func decimal(_ value: Double, digits: Int) -> String? {
        let scale = (0..<digits).reduce(1.0) { product, _ in product * 10 }
        let scaled = (value * scale).rounded()
        guard let whole = Int64(exactly: scaled) else { return nil }
        let sign = whole < 0 ? "-" : ""
        let magnitude = whole.magnitude
        let divisor = UInt64(scale)
        var fraction = String(magnitude % divisor)
        fraction = String(repeating: "0", count: digits - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return sign + String(magnitude / divisor) + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
