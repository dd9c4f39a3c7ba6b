/// A question that a frame, a message or a record answers with yes or no.
///
/// ```
/// let query = try Query("/type == 'trade_execution' and size > 100")
/// query.matches(subject)
/// ```
///
/// | Written | Says |
/// |---|---|
/// | `size > 100`, `opcode == close` | a field, compared with a literal |
/// | `/data/price >= 10.5` | a JSON value, by pointer (RFC 6901) |
/// | `text contains 'a'`, `startswith`, `endswith` | texts within texts |
/// | `exists /id` | the value is there, null included |
/// | `fin`, `/active` | it is true |
/// | `not`, `and`, `or`, `( )` | in this order of binding |
///
/// What is not there makes every comparison false, `!=` too. Numbers are compared exactly when both are
/// integers, otherwise as doubles. Values of different kinds are unequal and have no order; a text that is
/// compared with a time is read as RFC 3339.
public struct Query: Equatable, Sendable {
    /// The query as it was written.
    public let source: String
    private let condition: QueryCondition

    /// How deep parentheses and `not` may be nested.
    public static let nestingMax = 100

    /// Reads a query.
    ///
    /// - Throws: ``QueryError`` with the place of the first mistake.
    public init(_ source: String) throws(QueryError) {
        self.source = source
        var parser = try QueryParser(source)
        condition = try parser.parse()
    }

    /// Whether a subject fulfils the query.
    public func matches(_ subject: some QuerySubject) -> Bool {
        condition.holds(for: subject)
    }

    /// The fields that it asks for.
    public var fields: Set<QueryField> {
        Set(
            condition.operands.compactMap { operand in
                if case .field(let field) = operand { field } else { nil }
            }
        )
    }

    /// Whether it looks into payloads as JSON.
    public var readsJSON: Bool {
        condition.operands.contains { operand in
            if case .pointer = operand { true } else { false }
        }
    }
}
