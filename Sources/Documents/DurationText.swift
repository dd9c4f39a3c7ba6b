/// Durations as people write them.
public enum DurationText {
    private static let units: [(String, Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600),
    ]

    /// Reads a duration of at most a day; `nil` when it is none.
    public static func read(_ text: String) -> Duration? {
        let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        let number = text.dropLast(unit.0.count)
        let isPlain = number.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard isPlain, let value = Double(number), value * unit.1 <= 86_400 else { return nil }
        return .milliseconds(Int64((value * unit.1 * 1000).rounded()))
    }

    /// As short as it can be written: `500ms`, `5s`, `1m30s`.
    public static func text(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000
            + duration.components.attoseconds / 1_000_000_000_000_000
        guard milliseconds % 1000 == 0, milliseconds > 0 else {
            return milliseconds == 0
                ? "0s"
                : milliseconds < 1000
                    ? "\(milliseconds)ms" : "\(Double(milliseconds) / 1000)s"
        }
        return "\(milliseconds / 1000)s"
    }
}
