import ArgumentParser
import Console
import Reports
import Verification
import Vocabulary

/// What `verify`, `--verify` and `report` have in common.
struct VerifyOptions: ParsableArguments {
    @Option(help: "The receiver's log: each message that it accepted, one a line, as it was sent.")
    var received: String?

    @Option(help: "The producer's journal: each message that it published, one a line.")
    var journal: String?

    @Flag(help: "Let a capture without any connection pass.")
    var allowEmpty = false

    @Flag(help: "What is inconclusive fails, too: exit code 1 in the place of 2.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Only these findings fail, with commas between: "
                + Anomaly.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "anomalies"
        )
    )
    var failOn: String?

    @Option(
        help: ArgumentHelp(
            "What standard output gets: "
                + ReportFormat.allCases.map(\.rawValue).joined(separator: ", ") + "."
        )
    )
    var format: String?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Write a report to a file, as often as you like: a name that says its form, such as "
                + "summary.md, or FORMAT:PATH. An existing file is replaced as a whole.",
            valueName: "report"
        )
    )
    var output: [String] = []

    /// The form of what standard output gets.
    func reportFormat(default fallback: ReportFormat = .text) throws(OperatorError) -> ReportFormat
    {
        guard let format else { return fallback }
        return try EnvironmentTwin.choice(format, of: ReportFormat.self, name: "--format")
    }

    /// The form of a summary, for which nothing can be said that concerns verdicts.
    func summaryFormat() throws(OperatorError) -> ReportFormat {
        let said = [
            strict ? "--strict" : nil, failOn.map { "--fail-on \($0)" },
            output.first.map { "--output \($0)" },
        ]
        if let first = said.compactMap(\.self).first {
            throw OperatorError(.usage, "\(first) concerns a verdict; add --verify.")
        }
        let format = try reportFormat()
        guard format == .text || format == .json else {
            throw OperatorError(
                .usage,
                "--format is '\(format.rawValue)', which shows a verdict; add --verify, or choose "
                    + "text or json."
            )
        }
        return format
    }

    /// Where the line between pass and fail is drawn.
    func line() throws(OperatorError) -> FailureLine {
        FailureLine(isStrict: strict, anomalies: try chosenAnomalies(), allowsEmpty: allowEmpty)
    }

    private func chosenAnomalies() throws(OperatorError) -> Set<Anomaly>? {
        guard let failOn else { return nil }
        var chosen: Set<Anomaly> = []
        for name in failOn.split(separator: ",", omittingEmptySubsequences: false) {
            chosen.insert(
                try EnvironmentTwin.choice(String(name), of: Anomaly.self, name: "--fail-on")
            )
        }
        return chosen
    }

    /// How to verify.
    var verification: VerificationOptions {
        VerificationOptions(
            allowsEmpty: allowEmpty,
            expectsLists: received != nil || journal != nil
        )
    }
}
