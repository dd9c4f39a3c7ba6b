/// A value in a JSON text.
public struct JSONMember: Equatable, Sendable {
    /// The value as a query compares it.
    public var value: QueryValue
    /// The value as it stands in the text, `64250.00` for example.
    ///
    /// The inside of an array or an object has not been checked.
    public var raw: String

    /// Creates a value.
    public init(value: QueryValue, raw: String) {
        self.value = value
        self.raw = raw
    }
}
