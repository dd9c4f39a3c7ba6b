/// How a check ended; merging takes the worst.
public enum Outcome: String, Sendable, CaseIterable, Comparable {
    /// The capture holds nothing that the check is about; it does not count.
    case notApplicable = "not-applicable"
    /// Looked, and found nothing.
    case pass
    /// Looked, and could not tell.
    case inconclusive
    /// Found something.
    case fail

    /// Orders from best to worst.
    public static func < (left: Outcome, right: Outcome) -> Bool {
        left.severity < right.severity
    }

    /// The outcome of both together.
    public func merged(with other: Outcome) -> Outcome { max(self, other) }

    private var severity: Int {
        switch self {
        case .notApplicable: 0
        case .pass: 1
        case .inconclusive: 2
        case .fail: 3
        }
    }
}

/// What a program should tell its caller by its exit code.
public enum ExitClass: String, Sendable, CaseIterable {
    /// Everything was looked at and nothing was found.
    case pass
    /// Something was found.
    case fail
    /// Nothing was found, but not everything could be judged.
    case inconclusive
    /// The file is damaged; its readable part holds no finding.
    case damaged
}
