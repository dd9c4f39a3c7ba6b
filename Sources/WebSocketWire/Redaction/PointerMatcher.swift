internal import Vocabulary

/// Follows many JSON pointers at once, each a bit of a set.
///
/// At a depth the candidates are the pointers whose tokens agree with the path so far.
struct PointerMatcher: Sendable {
    /// A set of pointers, by their place in the list.
    typealias Candidates = UInt64

    /// Token bytes, by pointer and depth.
    private let tokens: [[[UInt8]]]
    /// What the tokens are as indexes of arrays, by pointer and depth.
    private let indexes: [[Int?]]
    /// Which pointers end with a token, by its depth.
    private let endings: [Candidates]
    /// Every pointer.
    let all: Candidates

    init(_ pointers: [JSONPointer]) {
        precondition(pointers.count <= JSONPointer.countMax, "\(pointers.count) pointers")
        tokens = pointers.map { $0.tokens.map { Array($0.utf8) } }
        indexes = pointers.map { $0.tokens.map(Self.index) }
        var endings = [Candidates](repeating: 0, count: JSONPointer.tokenCountMax)
        for (place, pointer) in pointers.enumerated() {
            endings[pointer.tokens.count - 1] |= 1 << Candidates(place)
        }
        self.endings = endings
        all = pointers.count == 64 ? .max : 1 << Candidates(pointers.count) - 1
    }

    /// Those of the candidates that end with the token at `depth`.
    func ending(_ candidates: Candidates, at depth: Int) -> Candidates {
        depth < endings.count ? candidates & endings[depth] : 0
    }

    /// Those whose token at `depth` has this byte at `offset`.
    func narrowed(
        _ candidates: Candidates,
        at depth: Int,
        offset: Int,
        byte: UInt8
    ) -> Candidates {
        filtered(candidates, at: depth) { token in
            offset < token.count && token[offset] == byte
        }
    }

    /// Those whose token at `depth` is as long as the name that has been compared.
    func completed(_ candidates: Candidates, at depth: Int, byteCount: Int) -> Candidates {
        filtered(candidates, at: depth) { $0.count == byteCount }
    }

    /// Those whose token at `depth` is this index of an array.
    func indexed(_ candidates: Candidates, at depth: Int, index: Int) -> Candidates {
        var result = candidates
        var rest = candidates
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest - 1
            if depth >= indexes[place].count || indexes[place][depth] != index {
                result &= ~(1 << Candidates(place))
            }
        }
        return result
    }

    private func filtered(
        _ candidates: Candidates,
        at depth: Int,
        _ agrees: ([UInt8]) -> Bool
    ) -> Candidates {
        var result = candidates
        var rest = candidates
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest - 1
            if depth >= tokens[place].count || !agrees(tokens[place][depth]) {
                result &= ~(1 << Candidates(place))
            }
        }
        return result
    }

    /// RFC 6901 §4: an index has no leading zero; `-` is the element that does not exist.
    private static func index(_ token: String) -> Int? {
        guard token.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard token == "0" || !token.hasPrefix("0") else { return nil }
        return Int(token)
    }
}
