import Verification
import Vocabulary

/// A report as JUnit XML, in the subset "xunit2" that CI servers read: a suite for each capture or run, a case
/// for each check.
///
/// | Outcome | Element |
/// |---|---|
/// | pass | none |
/// | fail | `failure`, with its findings; a failure that does not count is told in `system-out` |
/// | inconclusive | `skipped`, with the reason; with `--strict` `failure` |
/// | not applicable | `skipped` |
/// | the file is damaged | `error`, of the check of the capture itself |
/// | the file cannot be read | `error`, of a case `read` |
enum JUnitReport {
    /// How many findings a failure lists; the JSON report has more.
    static let findingsMax = 100
    /// How many characters an explanation may have.
    static let explanationMax = 2000

    /// Writes a report.
    static func render(_ report: Report) -> String {
        let suites = report.runs.map { JUnitSuite($0, line: report.line) }
        var writer = XMLWriter()
        writer.element(
            "testsuites",
            [
                ("name", "wsreplay"), ("tests", "\(suites.reduce(0) { $0 + $1.cases.count })"),
                ("failures", "\(suites.reduce(0) { $0 + $1.count(of: .failure) })"),
                ("errors", "\(suites.reduce(0) { $0 + $1.count(of: .error) })"),
            ]
        ) { writer in
            for (index, suite) in suites.enumerated() {
                suite.write(to: &writer, remarks: index == 0 ? report.remarks : [])
            }
        }
        return writer.text
    }
}

/// One suite.
struct JUnitSuite {
    /// What a case's element is called.
    enum Element: String {
        case failure
        case error
        case skipped
    }

    /// One check.
    struct Case {
        var name: String
        var element: Element?
        /// The element's type: anomalies, or a word.
        var type = ""
        var message = ""
        var text = ""
        /// What a check says that does not fail.
        var output = ""
    }

    let cases: [Case]
    private let run: JudgedRun
    private let line: FailureLine

    /// Makes the suite of a run.
    init(_ run: JudgedRun, line: FailureLine) {
        self.run = run
        self.line = line
        cases =
            switch run.result {
            case .verdict(let verdict, _):
                verdict.checks.map { Self.makeCase($0, of: verdict, run: run, line: line) }
            case .trouble(let sentence):
                [
                    Case(
                        name: "read",
                        element: .error,
                        type: "not-read",
                        message: sentence,
                        text: sentence
                    )
                ]
            }
    }

    /// How many cases have an element.
    func count(of element: Element) -> Int { cases.count { $0.element == element } }

    // MARK: - Cases

    private static func makeCase(
        _ check: CheckResult,
        of verdict: Verdict,
        run: JudgedRun,
        line: FailureLine
    ) -> Case {
        let reasons = check.reasons.joined(separator: "\n")
        var result = Case(name: check.check.rawValue)
        result.message = check.summary
        if check.check == .capture, case .damaged(let reason) = verdict.fileState {
            result.element = .error
            result.type = "damaged"
            result.message = "The file is damaged: \(reason)"
            result.text = reasons
            return result
        }
        switch line.outcome(of: check) {
        case .pass:
            result.output = check.summary + "\n" + findings(of: check, run: run)
        case .notApplicable:
            result.element = .skipped
            result.type = "not-applicable"
            result.message = "Not applicable: \(check.summary)"
            result.text = reasons
        case .inconclusive:
            result.element = .skipped
            result.type = "inconclusive"
            result.message = "Inconclusive: " + (check.reasons.first ?? check.summary)
            result.text = reasons + "\n" + findings(of: check, run: run)
        case .fail:
            let found = Anomaly.allCases.filter { check.findings.count(of: $0) > 0 }
            result.element = .failure
            result.type =
                found.isEmpty
                ? check.outcome.rawValue : found.map(\.rawValue).joined(separator: ",")
            result.text = reasons + "\n" + findings(of: check, run: run)
        }
        return result
    }

    /// Findings with the commands that show them, one a paragraph.
    private static func findings(of check: CheckResult, run: JudgedRun) -> String {
        var lines: [String] = []
        for finding in check.findings.held.prefix(JUnitReport.findingsMax) {
            let cause = finding.cause.map { ", \($0.rawValue)" } ?? ""
            let said = finding.explanation.limited(to: JUnitReport.explanationMax)
            lines.append("[\(finding.anomaly.rawValue)\(cause)] \(said.withoutControls)")
            lines += run.showCommands(for: finding).map { "    \($0)" }
        }
        let hidden =
            UInt64(max(0, check.findings.held.count - JUnitReport.findingsMax))
            + check.findings.omittedCount
        if hidden > 0 {
            lines.append(
                "… and \(Figures.count(hidden, "more finding")); --format json lists more."
            )
        }
        return lines.joined(separator: "\n")
    }

    // MARK: - Writing

    /// Writes the suite.
    func write(to writer: inout XMLWriter, remarks: [String]) {
        var attributes = [
            ("name", run.source), ("tests", "\(cases.count)"),
            ("failures", "\(count(of: .failure))"), ("errors", "\(count(of: .error))"),
            ("skipped", "\(count(of: .skipped))"),
        ]
        if case .verdict(_, let timeline) = run.result, let first = timeline.firstTime {
            attributes.append(("timestamp", String(first.rfc3339(fractionDigits: 0).dropLast())))
            let seconds = Figures.decimal(timeline.duration.inSeconds, digits: 3)
            attributes.append(("time", seconds ?? "0"))
        }
        writer.element("testsuite", attributes) { writer in
            writeProperties(to: &writer)
            for testCase in cases { write(testCase, to: &writer) }
            let notes = (run.verdict?.notes ?? []) + remarks
            guard !notes.isEmpty else { return }
            writer.element("system-out", text: notes.joined(separator: "\n"))
        }
    }

    private func write(_ testCase: Case, to writer: inout XMLWriter) {
        writer.element("testcase", [("classname", run.source), ("name", testCase.name)]) { writer in
            if let element = testCase.element {
                writer.element(
                    element.rawValue,
                    [("type", testCase.type), ("message", testCase.message)],
                    text: testCase.text.trimmed
                )
            } else {
                writer.element("system-out", text: testCase.output.trimmed)
            }
        }
    }

    private func writeProperties(to writer: inout XMLWriter) {
        var properties: [(String, String)] = [("tool", "wsreplay \(Version.number)")]
        properties.append(("verdict", run.headline(line).title))
        if line.isMoved { properties.append(("line", line.options)) }
        if let verdict = run.verdict {
            properties.append(("outcome", verdict.outcome.rawValue))
            properties.append(("file", "\(verdict.fileState)"))
            properties += verdict.figures.named.map { ($0.name, "\($0.value)") }
        }
        writer.element("properties") { writer in
            for (name, value) in properties {
                writer.element("property", [("name", name), ("value", value)])
            }
        }
    }
}
