public import Verification
import Vocabulary

/// A verdict as text for people: first what it is, then each check with its figure, then what was
/// found, then what else is good to know.
public struct VerdictText {
    /// How many findings of one anomaly are shown; the JSON report has more.
    public static let shownMax = 20

    private static let width = 92

    private let verdict: Verdict
    private let source: String
    private let line: FailureLine
    private let style: Style
    private var lines: [String] = []
    private var reasonsShown: Set<String> = []

    /// Writes a verdict.
    ///
    /// - Parameters:
    ///   - verdict: The verdict.
    ///   - source: The name of what was verified.
    ///   - line: Where the line between pass and fail is drawn.
    ///   - style: With or without colours.
    /// - Returns: The text, with a line break at its end.
    public static func render(
        _ verdict: Verdict,
        source: String,
        line: FailureLine = .standard,
        style: Style = .plain
    ) -> String {
        var text = VerdictText(verdict: verdict, source: source, line: line, style: style)
        text.write()
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(verdict: Verdict, source: String, line: FailureLine, style: Style) {
        self.verdict = verdict
        self.source = source
        self.line = line
        self.style = style
    }

    private mutating func write() {
        writeHeadline()
        for check in verdict.checks { write(check) }
        for anomaly in Anomaly.allCases { write(anomaly) }
        writeNotes()
    }

    // MARK: - Headline and checks

    private mutating func writeHeadline() {
        let headline = VerdictHeadline(verdict, line: line)
        let word =
            switch headline.exitClass {
            case .pass: style.green(headline.word)
            case .fail: style.red(headline.word)
            case .inconclusive, .damaged: style.yellow(headline.word)
            }
        lines.append(
            "\(word)\(headline.reason)  \(headline.sentence)  "
                + style.dim(source.withoutControls)
        )
        if line.isMoved { lines.append("  " + line.sentence) }
        lines.append("")
    }

    private mutating func write(_ check: CheckResult) {
        let outcome = line.word(for: check).padded(to: 16)
        let painted =
            switch line.outcome(of: check) {
            case .pass: style.green(outcome)
            case .fail: style.red(outcome)
            case .inconclusive: style.yellow(outcome)
            case .notApplicable: style.dim(outcome)
            }
        lines.append(
            "  \(check.check.rawValue.padded(to: 11))\(painted)\(check.summary.withoutControls)"
        )
        let news = check.reasons.filter { !reasonsShown.contains($0) }
        for reason in news.prefix(Self.shownMax) { append(reason, indent: 29) }
        if news.count > Self.shownMax {
            append("\(news.count - Self.shownMax) more reasons.", indent: 29)
        }
        // A gap touches several checks; its sentence is worth reading once.
        if news.isEmpty, !check.reasons.isEmpty { append("For a reason given above.", indent: 29) }
        reasonsShown.formUnion(check.reasons)
    }

    // MARK: - Findings

    private mutating func write(_ anomaly: Anomaly) {
        let findings = verdict.findings.filter { $0.anomaly == anomaly }
        guard !findings.isEmpty else { return }
        let count = verdict.checks.reduce(0) { $0 + $1.findings.count(of: anomaly) }
        lines.append("")
        lines.append(style.bold(anomaly.title) + style.dim("  \(Figures.grouped(count))"))
        for finding in findings.prefix(Self.shownMax) { write(finding) }
        let hidden = findings.count - Self.shownMax
        if hidden > 0 {
            lines.append("  " + style.dim("… and \(hidden) more; --format json lists them."))
        }
    }

    private mutating func write(_ finding: Finding) {
        let pieces = finding.explanation.withoutControls.wrapped(to: Self.width - 4)
        let cause = finding.cause.map { style.dim("  [\($0.rawValue)]") } ?? ""
        for (index, piece) in pieces.enumerated() {
            let mark = index == 0 ? "• " : "  "
            lines.append("  \(mark)\(piece)" + (index == pieces.count - 1 ? cause : ""))
        }
    }

    // MARK: - Notes

    private mutating func writeNotes() {
        let notes = verdict.remarks
        guard !notes.isEmpty else { return }
        lines.append("")
        lines.append(style.bold("Notes"))
        for note in notes { append(note, indent: 2, mark: "• ") }
    }

    private mutating func append(_ text: String, indent: Int, mark: String = "") {
        let blanks = String(repeating: " ", count: indent)
        let pieces = text.withoutControls.wrapped(to: Self.width - indent - mark.count)
        for (index, piece) in pieces.enumerated() {
            let lead = index == 0 ? mark : String(repeating: " ", count: mark.count)
            lines.append(blanks + style.dim(lead + piece))
        }
    }
}

extension Outcome {
    /// The word in a table of checks.
    var word: String {
        self == .notApplicable ? "not applicable" : rawValue
    }
}

extension Anomaly {
    /// What stands above findings of this kind.
    var title: String {
        switch self {
        case .lost: "Lost"
        case .unknown: "Not known whether delivered"
        case .reordered: "Out of order"
        case .corrupted: "Corrupted"
        case .conflicting: "Two messages under one number"
        case .unexpected: "Received and never sent"
        case .protocolViolation: "Protocol violations"
        }
    }

    /// What so many of them are called.
    func noun(_ count: UInt64) -> String {
        let messages = count == 1 ? "message" : "messages"
        return switch self {
        case .lost: "\(messages) lost"
        case .unknown: "\(messages) unknown"
        case .reordered: "\(messages) out of order"
        case .corrupted: "\(messages) corrupted"
        case .conflicting: count == 1 ? "number used twice" : "numbers used twice"
        case .unexpected: "\(messages) received and never sent"
        case .protocolViolation: count == 1 ? "protocol violation" : "protocol violations"
        }
    }
}

extension String {
    /// The text with its first letter capitalised.
    var capitalizedFirst: String {
        prefix(1).uppercased() + dropFirst()
    }
}
