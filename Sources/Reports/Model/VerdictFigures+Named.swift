import Verification

extension VerdictFigures {
    /// Each figure by the name that reports for programs give it.
    var named: [(name: String, value: UInt64)] {
        [
            ("connections", connectionCount), ("refused", refusedCount), ("frames", frameCount),
            ("messages", messageCount), ("delivered", deliveredCount),
            ("recovered", recoveredCount), ("resent", resentCount),
            ("duplicates", duplicateCount), ("lost", lostCount), ("unknown", unknownCount),
        ]
    }
}
