/// What a check looks at.
public enum Check: String, Sendable, CaseIterable {
    /// RFC 6455 and 7692, frame by frame.
    case protocolRules = "protocol"
    /// Whether messages are whole and what they say they are.
    case integrity
    /// Whether each stream was delivered in order.
    case order
    /// Whether everything that was sent, or was due, was delivered.
    case loss
    /// Whether the capture itself has gaps.
    case capture
}

/// How one check ended.
public struct CheckResult: Equatable, Sendable {
    /// Which check.
    public var check: Check
    /// How it ended.
    public var outcome: Outcome
    /// What was looked at, with its figure: `1180 messages in 6 streams`.
    public var summary: String
    /// Why it is not a pass, one sentence each; findings speak for themselves.
    public var reasons: [String]
    /// What was found.
    public var findings: FindingList

    init(
        _ check: Check,
        _ outcome: Outcome,
        summary: String,
        reasons: [String] = [],
        findings: FindingList = FindingList()
    ) {
        self.check = check
        self.outcome = outcome
        self.summary = summary
        self.reasons = reasons
        self.findings = findings
    }
}

/// What was counted on the way.
public struct VerdictFigures: Equatable, Sendable {
    /// Connections whose upgrade was accepted.
    public var connectionCount: UInt64 = 0
    /// Connections that never came to an accepted upgrade.
    public var refusedCount: UInt64 = 0
    /// Frames of both directions.
    public var frameCount: UInt64 = 0
    /// Data messages of both directions, acknowledgements and greetings included.
    public var messageCount: UInt64 = 0
    /// Messages that their receiver accepted, each counted once.
    public var deliveredCount: UInt64 = 0
    /// Messages that a connection's end left open and a later connection delivered.
    public var recoveredCount: UInt64 = 0
    /// Messages that came by a second time.
    public var resentCount: UInt64 = 0
    /// Messages that were accepted a second time: not a failure under at-least-once delivery.
    public var duplicateCount: UInt64 = 0
    /// Messages that were lost.
    public var lostCount: UInt64 = 0
    /// Messages of which nobody can tell.
    public var unknownCount: UInt64 = 0

    /// Takes over what the loss check counted.
    mutating func merge(_ loss: VerdictFigures) {
        deliveredCount = loss.deliveredCount
        recoveredCount = loss.recoveredCount
        resentCount = loss.resentCount
        duplicateCount = loss.duplicateCount
        lostCount = loss.lostCount
        unknownCount = loss.unknownCount
    }
}

/// What verification says about a run: each check's outcome, the findings, and how sure it is.
public struct Verdict: Equatable, Sendable {
    /// The worst outcome of the checks.
    public var outcome: Outcome
    /// The checks, in the order of ``Check``.
    public var checks: [CheckResult]
    /// Facts that are no findings, one sentence each.
    public var notes: [String]
    /// What was taken for type, stream and sequence in each direction that has messages.
    public var detections: [Detection]
    /// What was counted.
    public var figures: VerdictFigures
    /// In what state the file was found.
    public var fileState: FileState

    /// What an exit code should say: a failure outranks damage, damage outranks inconclusive.
    public var exitClass: ExitClass {
        if outcome == .fail { return .fail }
        if case .damaged = fileState { return .damaged }
        return outcome == .inconclusive ? .inconclusive : .pass
    }

    /// The result of one check.
    public subscript(check: Check) -> CheckResult? {
        checks.first { $0.check == check }
    }

    /// All findings, check by check.
    public var findings: [Finding] { checks.flatMap(\.findings.held) }
}
