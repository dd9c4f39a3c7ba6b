internal import Vocabulary

/// One side of a comparison.
enum QueryOperand: Equatable, Sendable {
    case field(QueryField)
    case pointer(JSONPointer)
    case literal(QueryValue)

    func value(in subject: some QuerySubject) -> QueryValue? {
        switch self {
        case .field(let field): subject.value(of: field)
        case .pointer(let pointer): subject.member(at: pointer)
        case .literal(let value): value
        }
    }

    var isLiteral: Bool {
        if case .literal = self { return true }
        return false
    }
}

/// What a query says, as a tree.
indirect enum QueryCondition: Equatable, Sendable {
    case comparison(QueryOperand, QueryComparator, QueryOperand)
    /// The operand has a value.
    case exists(QueryOperand)
    /// The operand is true.
    case truth(QueryOperand)
    case not(QueryCondition)
    case all([QueryCondition])
    case any([QueryCondition])

    /// Whether a subject fulfils the condition; what need not be looked at is not.
    func holds(for subject: some QuerySubject) -> Bool {
        switch self {
        case .comparison(let left, let comparator, let right):
            guard let left = left.value(in: subject), let right = right.value(in: subject) else {
                return false
            }
            return comparator.holds(left, right)
        case .exists(let operand): return operand.value(in: subject) != nil
        case .truth(let operand): return operand.value(in: subject) == .truth(true)
        case .not(let condition): return !condition.holds(for: subject)
        case .all(let conditions): return conditions.allSatisfy { $0.holds(for: subject) }
        case .any(let conditions): return conditions.contains { $0.holds(for: subject) }
        }
    }

    /// All operands, in the order of being written.
    var operands: [QueryOperand] {
        switch self {
        case .comparison(let left, _, let right): [left, right]
        case .exists(let operand), .truth(let operand): [operand]
        case .not(let condition): condition.operands
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.operands)
        }
    }
}
