import Vocabulary

extension Verdict {
    /// Adds what another place has seen of the same connections.
    ///
    /// Messages that are the same count once, here; where they are not, integrity cannot be told.
    ///
    /// - Parameters:
    ///   - comparisons: What comparing has shown.
    ///   - source: What the other place is called.
    public mutating func add(_ comparisons: [VantageFilter.Comparison], of source: String) {
        let broken = comparisons.filter(\.isBroken)
        if !broken.isEmpty {
            notes.append(
                "\(source) holds \(Wording.count(UInt64(broken.count), "connection")) of these as well; "
                    + "what is missing from one of the captures keeps them from being compared."
            )
        }
        let same = comparisons.filter { $0.differences.isEmpty && !$0.isBroken }
        if !same.isEmpty {
            let count = same.reduce(0) { $0 + $1.messageCount }
            let all = same.reduce(0) { $0 + $1.originalCount }
            let part = count == all ? "" : " of \(all)"
            notes.append(
                "\(source) holds \(Wording.count(UInt64(same.count), "connection")) of these as well, with "
                    + "\(count)\(part) messages: the same ones, which count once."
            )
        }
        let reasons = comparisons.flatMap { comparison in
            comparison.differences.map { difference in
                "\(comparison.original) \(difference.direction.arrow): messages are not those of "
                    + "\(comparison.connection) in \(source), from about the \(difference.message)th on."
            }
        }
        guard !reasons.isEmpty, let index = checks.firstIndex(where: { $0.check == .integrity })
        else {
            return
        }
        checks[index].reasons += reasons
        checks[index].outcome = checks[index].outcome.merged(with: .inconclusive)
        outcome = outcome.merged(with: checks[index].outcome)
    }
}
