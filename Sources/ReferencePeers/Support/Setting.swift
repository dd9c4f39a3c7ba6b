public import Vocabulary

/// One thing an operator can set: a flag of the command line and its twin in the environment.
///
/// ```swift
/// let size = Setting.count("queue-size", "QUEUE_SIZE", in: 1...100)
/// try size.value(flag: nil, environment: ["QUEUE_SIZE": "7"])  // 7
/// ```
public struct Setting<Value: Sendable>: Sendable {
    /// The flag without its dashes.
    public var flag: String
    /// The variable of the environment that is asked when the flag is not there.
    public var variable: String
    /// What a value looks like, to follow "give".
    public var expectation: String

    private let parse: @Sendable (String) -> Value?

    /// Creates a setting.
    ///
    /// - Parameters:
    ///   - flag: The flag without its dashes.
    ///   - variable: The variable of the environment.
    ///   - expectation: What a value looks like, to follow "give".
    ///   - parse: Reads a value; `nil` when it is not understood.
    public init(
        _ flag: String,
        _ variable: String,
        expecting expectation: String,
        parse: @escaping @Sendable (String) -> Value?
    ) {
        self.flag = flag
        self.variable = variable
        self.expectation = expectation
        self.parse = parse
    }

    /// What the operator said: the flag, or else the environment, or else `nil`.
    ///
    /// An empty variable counts as one that is not there, as compose files leave them.
    public func value(
        flag text: String?,
        environment: [String: String]
    ) throws(SettingError) -> Value? {
        if let text { return try value(of: text, from: "--\(flag)") }
        guard let text = environment[variable], !text.isEmpty else { return nil }
        return try value(of: text, from: variable)
    }

    private func value(of text: String, from source: String) throws(SettingError) -> Value {
        guard let value = parse(text) else {
            throw SettingError(source: source, text: text, expectation: expectation)
        }
        return value
    }
}

/// A value that was not understood.
public struct SettingError: OperatorFacingError, Hashable {
    /// The flag or variable.
    public var source: String
    /// What it said.
    public var text: String
    /// What a value looks like.
    public var expectation: String

    /// A setting is the operator's.
    public var failure: FailureKind { .usage }

    /// What is wrong, and the way out.
    public var sentence: String {
        "\(source) is \"\(text)\", which is not understood: give \(expectation)."
    }
}

extension Setting {
    /// Any text at all.
    public static func text(_ flag: String, _ variable: String) -> Setting
    where Value == String {
        Setting(flag, variable, expecting: "some text") { $0.isEmpty ? nil : $0 }
    }

    /// A whole number within a range.
    public static func count(
        _ flag: String,
        _ variable: String,
        in range: ClosedRange<UInt64>
    ) -> Setting where Value == UInt64 {
        let expectation =
            range.upperBound == .max
            ? "a whole number from \(range.lowerBound)"
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Setting(flag, variable, expecting: expectation) { text in
            UInt64(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number above 0 and up to a limit.
    public static func rate(
        _ flag: String,
        _ variable: String,
        upTo limit: Double
    ) -> Setting where Value == Double {
        Setting(flag, variable, expecting: "a number above 0, at most \(Int(limit))") { text in
            Double(text).flatMap { $0 > 0 && $0 <= limit ? $0 : nil }
        }
    }

    /// A time: a number of seconds, or a number with its unit (`250ms`, `10s`, `5m`, `1h`).
    public static func duration(
        _ flag: String,
        _ variable: String,
        zeroAllowed: Bool
    ) -> Setting where Value == Duration {
        let expectation =
            "a time \(zeroAllowed ? "from 0" : "above 0"), such as 10, 0.5, 250ms, 10s or 5m"
        return Setting(flag, variable, expecting: expectation) { text in
            Duration(operatorText: text).flatMap { zeroAllowed || $0 > .zero ? $0 : nil }
        }
    }

    /// Yes or no, in the spellings that environments use.
    public static func toggle(_ flag: String, _ variable: String) -> Setting
    where Value == Bool {
        Setting(flag, variable, expecting: "true or false") { text in
            switch text.lowercased() {
            case "true", "1", "yes", "on": true
            case "false", "0", "no", "off": false
            default: nil
            }
        }
    }

    /// One of the cases of an enumeration, by its raw value.
    public static func choice(_ flag: String, _ variable: String) -> Setting
    where Value: CaseIterable & RawRepresentable<String> {
        let choices = Value.allCases.map(\.rawValue).joined(separator: " or ")
        return Setting(flag, variable, expecting: choices) { Value(rawValue: $0.lowercased()) }
    }
}

extension Duration {
    /// The longest time an operator can name: a year.
    static let operatorMax = Duration.seconds(365 * 86_400)

    /// Reads a time as ``Setting/duration(_:_:zeroAllowed:)`` describes it.
    init?(operatorText text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits) else { return nil }
        let scale: Double? =
            switch text.dropFirst(digits.count) {
            case "us": 1e-6
            case "ms": 1e-3
            case "", "s": 1
            case "m": 60
            case "h": 3600
            default: nil
            }
        guard let scale, number * scale <= Self.operatorMax.inSeconds else { return nil }
        self = .nanoseconds(Int64((number * scale * 1e9).rounded()))
    }
}
