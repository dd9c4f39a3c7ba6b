import Vocabulary
import WebSocketWire

/// Reads a query (recursive descent, one token ahead).
///
/// ```
/// condition   = conjunction { "or" conjunction }
/// conjunction = negation { "and" negation }
/// negation    = "not" negation | "(" condition ")" | "exists" operand | operand [ comparator operand ]
/// operand     = field | pointer | literal
/// ```
struct QueryParser {
    /// An operand that may be a word whose meaning the other side decides.
    private struct Side {
        enum Content {
            case operand(QueryOperand)
            case name(String)
        }

        var content: Content
        var range: Range<Int>

        var field: QueryField? {
            if case .operand(.field(let field)) = content { return field }
            return nil
        }
    }

    private let source: String
    private var lexer: QueryLexer
    private var token: QueryToken
    private var depth = 0

    init(_ source: String) throws(QueryError) {
        self.source = source
        var lexer = QueryLexer(source)
        token = try lexer.next()
        self.lexer = lexer
    }

    /// Reads all of it.
    mutating func parse() throws(QueryError) -> QueryCondition {
        guard token.kind != .end else {
            throw error(0..<1, "the expression is empty; write one such as /type == 'trade'")
        }
        let condition = try condition()
        guard token.kind == .end else {
            let advice =
                token.kind == .close
                ? "this ')' closes nothing" : "expected 'and', 'or' or the end"
            throw error(token.range, advice)
        }
        return condition
    }

    // MARK: - Grammar

    private mutating func condition() throws(QueryError) -> QueryCondition {
        var conditions = [try conjunction()]
        while try accept("or") { conditions.append(try conjunction()) }
        return conditions.count == 1 ? conditions[0] : .any(conditions)
    }

    private mutating func conjunction() throws(QueryError) -> QueryCondition {
        var conditions = [try negation()]
        while try accept("and") { conditions.append(try negation()) }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private mutating func negation() throws(QueryError) -> QueryCondition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Query.nestingMax else {
            throw error(token.range, "nested deeper than \(Query.nestingMax) levels")
        }
        if try accept("not") { return .not(try negation()) }
        if token.kind == .open { return try parenthesised() }
        if try accept("exists") {
            let side = try side()
            guard case .operand(let operand) = side.content, !operand.isLiteral else {
                throw error(side.range, "'exists' is followed by a pointer such as /id or a field")
            }
            return .exists(operand)
        }
        return try comparison()
    }

    private mutating func parenthesised() throws(QueryError) -> QueryCondition {
        let open = token.range
        try advance()
        let condition = try condition()
        guard token.kind == .close else { throw error(open, "this '(' has no ')'") }
        try advance()
        return condition
    }

    private mutating func comparison() throws(QueryError) -> QueryCondition {
        let left = try side()
        guard let comparator = comparatorAhead else { return .truth(try truth(left)) }
        let sign = token.range
        try advance()
        let right = try side()
        for field in [left.field, right.field].compactMap({ $0 }) {
            try check(field, comparator, at: sign)
        }
        if comparatorAhead != nil {
            throw error(token.range, "one comparison at a time; join two with 'and'")
        }
        let (first, second) = (try operand(left, beside: right), try operand(right, beside: left))
        guard !first.isLiteral || !second.isLiteral else {
            throw error(
                left.range.lowerBound..<right.range.upperBound,
                "neither side is a field or a pointer"
            )
        }
        try check(first, comparator, second, right: right, left: left)
        return .comparison(first, comparator, second)
    }

    private mutating func side() throws(QueryError) -> Side {
        let range = token.range
        let content: Side.Content
        switch token.kind {
        case .word(let word) where Self.keywords.contains(word):
            throw error(range, "expected a field, a pointer or a value before '\(word)'")
        case .word(let word):
            content =
                QueryField(rawValue: word).map { .operand(.field($0)) }
                ?? Self.constants[word].map { .operand(.literal($0)) } ?? .name(word)
        case .pointer(let pointer): content = .operand(.pointer(pointer))
        case .literal(let value): content = .operand(.literal(value))
        case .end: throw error(range, "something is missing here: a field, a pointer or a value")
        case .comparator, .open, .close:
            throw error(range, "expected a field, a pointer such as /type, or a value")
        }
        try advance()
        return Side(content: content, range: range)
    }

    private static let keywords: Set = [
        "and", "or", "not", "exists", "contains", "startswith", "endswith",
    ]

    private static let constants: [String: QueryValue] = [
        "true": .truth(true), "false": .truth(false), "null": .null,
    ]

    // MARK: - Meaning

    /// A side by itself must be true or false.
    private func truth(_ side: Side) throws(QueryError) -> QueryOperand {
        switch side.content {
        case .name(let name): throw unknown(name, side.range)
        case .operand(.field(let field)) where field.kind != .truth:
            throw error(side.range, "'\(field.rawValue)' alone says nothing; \(field.advice)")
        case .operand(.literal(.truth)), .operand(.field), .operand(.pointer): break
        case .operand(.literal): throw error(side.range, "a value alone says nothing")
        }
        guard case .operand(let operand) = side.content else {
            throw error(side.range, "a value alone says nothing")
        }
        return operand
    }

    /// A side of a comparison; the other one's field says what a word or a literal means.
    private func operand(_ side: Side, beside other: Side) throws(QueryError) -> QueryOperand {
        guard let field = other.field else {
            guard case .operand(let operand) = side.content else {
                guard case .name(let name) = side.content else {
                    throw error(side.range, "expected a value")
                }
                throw unknown(name, side.range)
            }
            return operand
        }
        switch side.content {
        case .operand(.field(.text)) where field == .opcode:
            return .literal(.opcode(.text))
        case .operand(.field), .operand(.pointer):
            guard case .operand(let operand) = side.content else { break }
            return operand
        case .operand(.literal(let value)):
            if let value = Self.value(value, for: field) { return .literal(value) }
        case .name(let name):
            if let value = Self.value(named: name, for: field) { return .literal(value) }
            let near = NearestWord.to(name.lowercased(), among: QueryField.allCases.map(\.rawValue))
            if !field.hasNamedValues, near != nil { throw unknown(name, side.range) }
        }
        throw error(side.range, "'\(field.rawValue)' is something else; \(field.advice)")
    }

    private static func value(_ literal: QueryValue, for field: QueryField) -> QueryValue? {
        switch (field.kind, literal) {
        case (.number, .integer), (.number, .real), (.time, .time), (.truth, .truth),
            (.text, .text):
            return literal
        case (.connection, .integer(let number)): return number > 0 ? literal : nil
        case (.opcode, .integer(let number)): return (0..<16).contains(number) ? literal : nil
        case (.time, .text(let text)): return Instant(rfc3339: text).map(QueryValue.time)
        case (.connection, .text(let text)), (.direction, .text(let text)),
            (.opcode, .text(let text)):
            return value(named: text, for: field)
        default: return nil
        }
    }

    private static func value(named name: String, for field: QueryField) -> QueryValue? {
        switch field.kind {
        case .connection:
            guard name.hasPrefix("c"), let number = UInt64(name.dropFirst()), number > 0 else {
                return nil
            }
            return .connection(ConnectionID(rawValue: number))
        case .direction:
            return Direction.allCases.first { $0.description == name }.map(QueryValue.direction)
        case .opcode:
            return (UInt8(0)..<16).map(Opcode.init(rawValue:)).first { $0.description == name }
                .map(QueryValue.opcode)
        default: return nil
        }
    }

    private func check(
        _ field: QueryField,
        _ comparator: QueryComparator,
        at sign: Range<Int>
    ) throws(QueryError) {
        let isText = field.kind == .text
        let isOrdered = field.kind != .direction && field.kind != .truth
        guard comparator.isTextual ? isText : comparator.isOrdering ? isOrdered : true else {
            throw error(
                sign,
                "'\(field.rawValue)' knows no '\(comparator.rawValue)'; \(field.advice)"
            )
        }
    }

    private func check(
        _ first: QueryOperand,
        _ comparator: QueryComparator,
        _ second: QueryOperand,
        right: Side,
        left: Side
    ) throws(QueryError) {
        for (operand, side) in [(first, left), (second, right)] {
            if case .literal(let value) = operand, comparator.isTextual || comparator.isOrdering {
                try check(literal: value, comparator, side.range)
            }
        }
        if let one = left.field, let two = right.field, case .field = first, case .field = second,
            one.kind != two.kind
        {
            throw error(
                left.range.lowerBound..<right.range.upperBound,
                "'\(one.rawValue)' and '\(two.rawValue)' cannot be compared"
            )
        }
    }

    private func check(
        literal: QueryValue,
        _ comparator: QueryComparator,
        _ range: Range<Int>
    ) throws(QueryError) {
        switch literal {
        case .text: return
        case .integer, .real, .time: if !comparator.isTextual { return }
        case .null, .truth, .container: break
        }
        let advice =
            comparator.isTextual
            ? "'\(comparator.rawValue)' is followed by a text in quotes"
            : "'\(comparator.rawValue)' compares numbers, times and texts"
        throw error(range, advice)
    }

    // MARK: - Tokens

    private var comparatorAhead: QueryComparator? {
        switch token.kind {
        case .comparator(let comparator): comparator
        case .word(let word): QueryComparator(rawValue: word)
        default: nil
        }
    }

    private mutating func accept(_ keyword: String) throws(QueryError) -> Bool {
        guard token.kind == .word(keyword) else { return false }
        try advance()
        return true
    }

    private mutating func advance() throws(QueryError) {
        token = try lexer.next()
    }

    private func error(_ range: Range<Int>, _ advice: String) -> QueryError {
        QueryError(source: source, range: range, advice: advice)
    }

    private func unknown(_ name: String, _ range: Range<Int>) -> QueryError {
        let fields = QueryField.allCases.map(\.rawValue)
        if let near = NearestWord.to(name.lowercased(), among: fields) {
            return error(range, "there is no field '\(name)'; did you mean '\(near)'?")
        }
        return error(
            range,
            "there is no field '\(name)'; there are \(fields.joined(separator: ", ")), and JSON "
                + "pointers such as /\(name); texts stand in quotes"
        )
    }
}
