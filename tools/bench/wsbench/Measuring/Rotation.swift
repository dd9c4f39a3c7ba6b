/// The order in which peers take their turn.
enum Rotation {
    /// The peers of a round, counted from 0: each round begins one peer further, so that none is
    /// always the first or always after the same other one's load.
    static func order<Element>(_ elements: [Element], round: Int) -> [Element] {
        guard !elements.isEmpty else { return [] }
        let start = round % elements.count
        return Array(elements[start...] + elements[..<start])
    }
}
