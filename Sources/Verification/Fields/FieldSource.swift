/// Something that members of a message can be read from.
protocol FieldSource: ~Copyable {
    /// The member's value, when it is an integer from 0 to 2⁶⁴ - 1.
    func number(_ name: FieldName) -> UInt64?
    /// Appends the member's bytes, when it is a text, or its digits, when it is an integer.
    @discardableResult
    func append(_ name: FieldName, to bytes: inout [UInt8]) -> Bool
}

extension FieldExtractor: FieldSource {}

/// The looked-for members of one message, copied: what is kept of a message until the detector has
/// decided which of them mean something.
struct CandidateFields: FieldSource, Equatable, Sendable {
    private var numbers: [FieldName: UInt64] = [:]
    private var texts: [FieldName: [UInt8]] = [:]

    /// Copies the members that the extractor remembers.
    init(_ extractor: borrowing FieldExtractor) {
        for name in FieldName.allCases {
            var bytes: [UInt8] = []
            guard extractor.append(name, to: &bytes) else { continue }
            texts[name] = bytes
            numbers[name] = extractor.number(name)
        }
    }

    func number(_ name: FieldName) -> UInt64? {
        numbers[name]
    }

    @discardableResult
    func append(_ name: FieldName, to bytes: inout [UInt8]) -> Bool {
        guard let text = texts[name] else { return false }
        bytes.append(contentsOf: text)
        return true
    }

    /// Whether the member is there as a text or an integer.
    func has(_ name: FieldName) -> Bool { texts[name] != nil }
}
