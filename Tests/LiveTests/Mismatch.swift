/// A sentence on the first place where two lists differ; none when they are equal.
func mismatch<Element: Equatable>(
    _ found: [Element],
    _ expected: [Element],
    _ what: String
) -> [String] {
    let pairs = zip(found, expected).enumerated()
    if let (place, pair) = pairs.first(where: { $0.element.0 != $0.element.1 }) {
        return ["\(what) \(pair.0) instead of \(pair.1), at place \(place + 1)"]
    }
    guard found.count != expected.count else { return [] }
    return ["\(what) \(found.count) instead of \(expected.count)"]
}
