internal import Vocabulary

/// The value of one attribute of a fault, as flat JSON has them.
public enum AttributeValue: Equatable, Sendable {
    /// A whole number.
    case integer(Int64)
    /// A text.
    case text(String)
    /// Yes or no.
    case truth(Bool)
}

extension AttributeValue: CustomStringConvertible {
    /// The value without quotes, for records and people.
    public var description: String {
        switch self {
        case .integer(let value): String(value)
        case .text(let value): value
        case .truth(let value): String(value)
        }
    }
}

/// One attribute of a fault.
public struct Attribute: Equatable, Sendable {
    /// Its name in the control API.
    public var name: String
    /// Its value.
    public var value: AttributeValue

    /// Names a value.
    public init(_ name: String, _ value: AttributeValue) {
        self.name = name
        self.value = value
    }

    init(_ name: String, _ value: Int64) { self.init(name, .integer(value)) }
    init(_ name: String, _ value: String) { self.init(name, .text(value)) }
    init(_ name: String, _ value: Bool) { self.init(name, .truth(value)) }
}

/// What is wrong with the attributes of a fault.
public struct FaultFlaw: Error, Equatable, Sendable {
    /// One sentence without its full stop: which attribute, what it is, what it may be.
    public var sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}

/// The values that somebody has given, by name.
struct AttributeValues {
    private let values: [String: AttributeValue]

    init(_ values: [String: AttributeValue]) { self.values = values }

    func integer(_ name: String, _ fallback: Int64) -> Int64 {
        if case .integer(let value) = values[name] { value } else { fallback }
    }

    func text(_ name: String, _ fallback: String) -> String {
        if case .text(let value) = values[name] { value } else { fallback }
    }

    func truth(_ name: String, _ fallback: Bool) -> Bool {
        if case .truth(let value) = values[name] { value } else { fallback }
    }

    /// A whole number within bounds.
    func integer(
        _ name: String,
        _ fallback: Int64,
        in range: ClosedRange<Int64>
    ) throws(FaultFlaw) -> Int64 {
        let value = integer(name, fallback)
        guard range.contains(value) else {
            throw FaultFlaw(
                "\(name) is \(value); it goes from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// A text that is one of some words.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        _ fallback: Word
    ) throws(FaultFlaw) -> Word {
        let text = text(name, fallback.rawValue)
        guard let word = Word(rawValue: text) else {
            let choices = Word.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw FaultFlaw("\(name) is '\(text)'; it is one of \(choices)")
        }
        return word
    }

    /// Milliseconds, up to a day.
    func milliseconds(_ name: String, _ fallback: Int64) throws(FaultFlaw) -> Int64 {
        try integer(name, fallback, in: 0...86_400_000)
    }
}
