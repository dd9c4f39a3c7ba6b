public import Vocabulary

/// A mistake in a query, with the place and the way out.
public struct QueryError: OperatorFacingError, Equatable {
    /// The query.
    public var source: String
    /// Where the mistake stands, in characters from 0.
    public var range: Range<Int>
    /// What is wrong, and the way out.
    public var advice: String

    /// Three lines: what is wrong and where, the query, and a caret under the place.
    public var sentence: String {
        let line = source.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
        let caret =
            String(repeating: " ", count: range.lowerBound) + "^"
            + String(repeating: "~", count: max(0, range.count - 1))
        let stop = advice.hasSuffix("?") ? "" : "."
        return "--where, column \(range.lowerBound + 1): \(advice)\(stop)\n  \(line)\n  \(caret)"
    }

    /// A mistake on the command line.
    public var failure: FailureKind { .usage }
}
