import Verification
import Vocabulary

/// What a verdict is, in a word and a sentence.
struct VerdictHeadline: Equatable {
    /// What the exit code says.
    var exitClass: ExitClass
    /// `PASS`, `FAIL`, `INCONCLUSIVE` or `DAMAGED`.
    var word: String
    /// ` by --strict` where the word would be another one if nobody had moved the line; else empty.
    var reason: String
    /// One sentence.
    var sentence: String

    /// What it is, with the options that made it so: `PASS by --fail-on lost`.
    var title: String { word + reason }

    /// Puts a verdict into words.
    init(_ verdict: Verdict, line: FailureLine) {
        exitClass = line.exitClass(of: verdict)
        let isMoved = exitClass != verdict.exitClass
        let isEmpty = verdict.figures.connectionCount == 0
        reason =
            isMoved || (isEmpty && exitClass == .pass && line.allowsEmpty)
            ? " by \(line.options)" : ""
        word = exitClass.rawValue.uppercased()
        sentence = Self.sentence(verdict, exitClass, isMoved: isMoved)
    }

    private static func sentence(
        _ verdict: Verdict,
        _ exitClass: ExitClass,
        isMoved: Bool
    ) -> String {
        // What was found is told whether it counts or not.
        if verdict.outcome == .fail { return failSentence(verdict) }
        if exitClass == .damaged { return "Nothing wrong was found in the readable part." }
        return verdict.outcome == .inconclusive
            ? inconclusiveSentence(verdict) : passSentence(verdict)
    }

    private static func passSentence(_ verdict: Verdict) -> String {
        if verdict.figures.connectionCount == 0 { return "There is nothing to judge." }
        let recovered = verdict.figures.recoveredCount
        guard recovered > 0 else { return "Looked, and found nothing wrong." }
        return "Nothing was lost; what an outage had left open was delivered later: "
            + "\(Figures.count(recovered, "message"))."
    }

    private static func failSentence(_ verdict: Verdict) -> String {
        let parts = Anomaly.allCases.compactMap { anomaly -> String? in
            let count = verdict.count(of: anomaly)
            guard count > 0, anomaly != .unknown else { return nil }
            return "\(Figures.grouped(count)) \(anomaly.noun(count))"
        }
        let unknown = verdict.figures.unknownCount
        let more = unknown > 0 ? "; nobody can tell about \(Figures.grouped(unknown)) more" : ""
        return parts.joined(separator: ", ").capitalizedFirst + more + "."
    }

    private static func inconclusiveSentence(_ verdict: Verdict) -> String {
        let unknown = verdict.figures.unknownCount
        if verdict.figures.connectionCount == 0 {
            return "There is nothing to judge."
        }
        return unknown > 0
            ? "Nobody can tell whether \(Figures.grouped(unknown)) "
                + "\(unknown == 1 ? "message was" : "messages were") delivered."
            : "Nothing wrong was found, but not everything could be judged."
    }
}

extension Verdict {
    /// How many messages the findings of an anomaly concern, in all checks.
    func count(of anomaly: Anomaly) -> UInt64 {
        checks.reduce(0) { $0 + $1.findings.count(of: anomaly) }
    }

    /// How many findings are counted and not held.
    var omittedFindingCount: UInt64 {
        checks.reduce(0) { $0 + $1.findings.omittedCount }
    }

    /// The findings of each anomaly that has any, those that count first.
    func findingGroups(_ line: FailureLine) -> [FindingGroup] {
        let groups = Anomaly.allCases.compactMap { anomaly -> FindingGroup? in
            let findings = findings.filter { $0.anomaly == anomaly }
            guard !findings.isEmpty else { return nil }
            return FindingGroup(
                anomaly: anomaly,
                messageCount: count(of: anomaly),
                findings: findings,
                counts: line.counts(anomaly)
            )
        }
        return groups.filter(\.counts) + groups.filter { !$0.counts }
    }

    /// The checks, the worst first.
    func checksByOutcome(_ line: FailureLine) -> [CheckResult] {
        Outcome.allCases.sorted(by: >).flatMap { outcome in
            checks.filter { line.outcome(of: $0) == outcome }
        }
    }
}

/// The findings of one anomaly.
struct FindingGroup: Equatable {
    /// The kind of wrong.
    var anomaly: Anomaly
    /// How many messages all of them concern, those that are not held included.
    var messageCount: UInt64
    /// Those that are held.
    var findings: [Finding]
    /// Whether they fail.
    var counts: Bool
}

extension FailureLine {
    /// A check's outcome in a table; says so when a failure does not count.
    func word(for check: CheckResult) -> String {
        let isExcused = check.outcome == .fail && outcome(of: check) != .fail
        return isExcused ? "fail (allowed)" : check.outcome.word
    }
}
