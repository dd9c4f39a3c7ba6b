internal import Vocabulary

/// What stands behind the question mark.
struct QueryParameters: Equatable, Sendable {
    private var values: [String: String] = [:]

    /// Reads a query.
    ///
    /// - Parameters:
    ///   - text: `name=value&name=value`, percent-encoded.
    ///   - known: The names that may be there; `nil` for any.
    /// - Throws: ``ControlError`` 400 for what is no such text, a name that is not known, and one that is
    ///   there twice.
    init(_ text: String, known: [String]?) throws(ControlError) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let spaced = parts.map { $0.replacing("+", with: " ")[...] }
            guard let name = PercentText.decoded(spaced[0]),
                let value = spaced.count > 1 ? PercentText.decoded(spaced[1]) : ""
            else {
                guard known != nil else { continue }
                throw ControlError(400, "the query has '\(pair.prefix(80))', which is not encoded")
            }
            guard let known else {
                values[name] = value
                continue
            }
            guard known.contains(name) else {
                let way =
                    known.isEmpty
                    ? "this call takes no parameters"
                    : "this call takes \(known.joined(separator: ", "))"
                throw ControlError(400, "the query has '\(name.prefix(80))'; \(way)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw ControlError(400, "the query has '\(name)' twice")
            }
        }
    }

    /// A value; `nil` when it is not there, or empty.
    subscript(name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A whole number.
    ///
    /// - Throws: ``ControlError`` 400 when it is none, or outside of the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws(ControlError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw ControlError(
                400,
                "\(name) is '\(text.prefix(80))'; write a number from \(range.lowerBound) to "
                    + "\(range.upperBound)"
            )
        }
        return number
    }
}
