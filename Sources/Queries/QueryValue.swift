public import Vocabulary

/// What a query compares: a field's value, a JSON value or a literal.
public enum QueryValue: Equatable, Sendable {
    /// JSON's null.
    case null
    /// True or false.
    case truth(Bool)
    /// A number without fraction and exponent; connections and opcodes too.
    case integer(Int128)
    /// Any other number.
    case real(Double)
    /// A text.
    case text(String)
    /// A time.
    case time(Instant)
    /// A JSON array or object; it equals nothing.
    case container
}

/// How two values are compared.
public enum QueryComparator: String, Sendable, CaseIterable {
    /// The same value.
    case equal = "=="
    /// Another value; both must be there.
    case unequal = "!="
    /// Less, earlier, or before in the order of code points.
    case less = "<"
    /// Not greater.
    case lessOrEqual = "<="
    /// Greater, later, or behind in the order of code points.
    case greater = ">"
    /// Not less.
    case greaterOrEqual = ">="
    /// The left text has the right one in it.
    case contains
    /// The left text begins with the right one.
    case startsWith = "startswith"
    /// The left text ends with the right one.
    case endsWith = "endswith"

    /// Whether it looks into texts.
    var isTextual: Bool { self == .contains || self == .startsWith || self == .endsWith }
    /// Whether it asks for an order.
    var isOrdering: Bool { !isTextual && self != .equal && self != .unequal }

    /// Compares two values; values of kinds that cannot be compared are unequal, and have no order.
    func holds(_ left: QueryValue, _ right: QueryValue) -> Bool {
        if isTextual {
            guard case .text(let text) = left, case .text(let part) = right else { return false }
            return holds(text, part)
        }
        switch Self.order(left, right) {
        case .same: return self == .equal || self == .lessOrEqual || self == .greaterOrEqual
        case .ascending: return self == .unequal || self == .less || self == .lessOrEqual
        case .descending: return self == .unequal || self == .greater || self == .greaterOrEqual
        case .different: return self == .unequal
        }
    }

    private func holds(_ text: String, _ part: String) -> Bool {
        // Bytes are compared, so that what looks alike and is spelled differently stays different.
        switch self {
        case .startsWith: text.utf8.starts(with: part.utf8)
        case .endsWith: text.utf8.reversed().starts(with: part.utf8.reversed())
        default: Self.contains(text, part)
        }
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let part = Array(part.utf8)
        guard let first = part.first else { return true }
        let text = Array(text.utf8)
        guard text.count >= part.count else { return false }
        for start in 0...(text.count - part.count) where text[start] == first {
            if text[start..<start + part.count].elementsEqual(part) { return true }
        }
        return false
    }

    private enum Order {
        case ascending
        case same
        case descending
        /// Neither equal nor in an order.
        case different

        init<Value: Comparable>(_ left: Value, _ right: Value) {
            self = left < right ? .ascending : left == right ? .same : .descending
        }
    }

    private static func order(_ left: QueryValue, _ right: QueryValue) -> Order {
        switch (left, right) {
        case (.null, .null): return .same
        case (.truth(let left), .truth(let right)): return left == right ? .same : .different
        case (.integer(let left), .integer(let right)): return Order(left, right)
        case (.integer(let left), .real(let right)): return Order(Double(left), right)
        case (.real(let left), .integer(let right)): return Order(left, Double(right))
        case (.real(let left), .real(let right)): return Order(left, right)
        case (.time(let left), .time(let right)): return Order(left, right)
        case (.text(let left), .time(let right)):
            return Instant(rfc3339: left).map { Order($0, right) } ?? .different
        case (.time(let left), .text(let right)):
            return Instant(rfc3339: right).map { Order(left, $0) } ?? .different
        case (.text(let left), .text(let right)):
            if left.utf8.elementsEqual(right.utf8) { return .same }
            return left.utf8.lexicographicallyPrecedes(right.utf8) ? .ascending : .descending
        default: return .different
        }
    }
}
