/// A label that a person or a test has put on the timeline.
public struct MarkRecord: Equatable, Sendable {
    /// The label.
    public var label: String
    /// Who put it there: the caller's address and what it called itself.
    public var source: String

    /// Creates a mark.
    public init(label: String, source: String = "") {
        self.label = label
        self.source = source
    }
}
