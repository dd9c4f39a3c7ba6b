import Verification
import Vocabulary

/// A report for the log of a GitHub Actions step: the text, and behind it at most ten annotations.
///
/// A runner takes any line of the log for a command that begins like one. While the text is printed, commands
/// are therefore stopped, with a word to start them again that does not stand in the text.
enum GitHubReport {
    /// How many annotations are made; the runner shows no more of one level.
    static let annotationsMax = 10

    /// Writes a report.
    static func render(_ report: Report, style: Style = .plain) -> String {
        let text = ReportText.render(report, style: style)
        let word = resumeWord(for: text)
        return "::stop-commands::\(word)\n\(text)::\(word)::\n"
            + annotations(of: report).map { $0.line + "\n" }.joined()
    }

    /// The annotations, failures first.
    static func annotations(of report: Report) -> [WorkflowCommand] {
        let all =
            report.runsByOutcome.flatMap { commands(of: $0, line: report.line) }
            + report.remarks.map {
                WorkflowCommand(level: .warning, title: "wsreplay", message: $0)
            }
        guard all.count > annotationsMax else { return all }
        let kept = all.prefix(annotationsMax - 1)
        let hidden = UInt64(all.count - kept.count)
        let level = all[annotationsMax - 1].level
        return kept + [
            WorkflowCommand(
                level: level,
                title: "wsreplay",
                message: "\(Figures.count(hidden, "more annotation")) left out; the log has the "
                    + "whole report."
            )
        ]
    }

    /// A word that the text does not contain.
    private static func resumeWord(for text: String) -> String {
        var number = 0
        while text.contains("wsreplay-\(number)") { number += 1 }
        return "wsreplay-\(number)"
    }

    // MARK: - Commands

    private static func commands(of run: JudgedRun, line: FailureLine) -> [WorkflowCommand] {
        let headline = run.headline(line)
        let title = "\(headline.title): \(run.source)"
        guard let verdict = run.verdict else {
            return [WorkflowCommand(level: .error, title: title, message: headline.sentence)]
        }
        let sentence = line.isMoved ? "\(headline.sentence) \(line.sentence)" : headline.sentence
        let level = level(of: run.outcome(line))
        return [WorkflowCommand(level: level, title: title, message: sentence)]
            + verdict.findingGroups(line).flatMap { group in
                group.findings.map { command(for: $0, counts: group.counts, run: run) }
            } + reasons(of: verdict, run: run, line: line)
    }

    private static func level(of outcome: RunOutcome) -> WorkflowCommand.Level {
        switch outcome {
        case .pass: .notice
        case .inconclusive: .warning
        case .damaged, .fail, .trouble: .error
        }
    }

    private static func command(
        for finding: Finding,
        counts: Bool,
        run: JudgedRun
    ) -> WorkflowCommand {
        let cause = finding.cause.map { " (\($0.rawValue))" } ?? ""
        let isDoubt = finding.anomaly == .unknown
        return WorkflowCommand(
            level: counts ? .error : isDoubt ? .warning : .notice,
            title: "\(finding.anomaly.title)\(cause)",
            message: ([finding.explanation] + run.showCommands(for: finding))
                .joined(separator: "\n")
        )
    }

    /// Why checks are no pass, each reason once.
    private static func reasons(
        of verdict: Verdict,
        run: JudgedRun,
        line: FailureLine
    ) -> [WorkflowCommand] {
        var told: Set<String> = []
        return verdict.checks.flatMap { check in
            check.reasons.filter { check.outcome != .notApplicable && told.insert($0).inserted }
                .map { reason in
                    WorkflowCommand(
                        level: line.outcome(of: check) == .fail && line.isStrict
                            ? .error : .warning,
                        title: "\(check.check.rawValue): \(check.outcome.word)",
                        message: reason
                    )
                }
        }
    }
}
