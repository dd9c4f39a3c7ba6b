public import Vocabulary

/// A setting that a flag or an environment variable gives, the flag winning.
public enum EnvironmentTwin {
    /// The text of a setting.
    public static func value(_ flag: String?, variable: String, default fallback: String) -> String
    {
        flag ?? Terminal.environment(variable) ?? fallback
    }

    /// A switch: `1`, `true` or `yes`; `0`, `false`, `no` or nothing.
    ///
    /// - Throws: ``OperatorError`` when the text says neither yes nor no.
    public static func isOn(_ text: String, name: String) throws(OperatorError) -> Bool {
        switch text.lowercased() {
        case "", "0", "false", "no": return false
        case "1", "true", "yes": return true
        default: throw OperatorError(.usage, "\(name) is '\(text)'; write true or false.")
        }
    }

    /// One of several words.
    public static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String,
        of type: Choice.Type,
        name: String
    ) throws(OperatorError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(.usage, "\(name) is '\(text)'; choose one of: \(words).")
        }
        return choice
    }

    /// A duration: `500ms`, `10s`, `2m`, `1h`, `1d`, or plain seconds; `0` is none.
    public static func duration(_ text: String, name: String) throws(OperatorError) -> Duration {
        let units: [(String, Double)] = [
            ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
        ]
        let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
        let number = text.dropLast(unit.0.count)
        guard let value = Double(number), value >= 0, value * unit.1 <= 1e8, number.first != "+"
        else {
            throw OperatorError(
                .usage,
                "\(name) is '\(text)'; write a duration such as 500ms, 10s or 2m."
            )
        }
        return .milliseconds(Int64(value * unit.1 * 1000))
    }
}
