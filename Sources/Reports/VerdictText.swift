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
    private let style: Style
    private var lines: [String] = []
    private var reasonsShown: Set<String> = []

    /// Writes a verdict.
    ///
    /// - Parameters:
    ///   - verdict: The verdict.
    ///   - source: The name of what was verified.
    ///   - style: With or without colours.
    /// - Returns: The text, with a line break at its end.
    public static func render(_ verdict: Verdict, source: String, style: Style = .plain) -> String {
        var text = VerdictText(verdict: verdict, source: source, style: style)
        text.write()
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(verdict: Verdict, source: String, style: Style) {
        self.verdict = verdict
        self.source = source
        self.style = style
    }

    private mutating func write() {
        lines.append("\(headline)  \(style.dim(source.withoutControls))")
        lines.append("")
        for check in verdict.checks { write(check) }
        for anomaly in Anomaly.allCases { write(anomaly) }
        writeNotes()
    }

    // MARK: - Headline and checks

    private var headline: String {
        switch verdict.exitClass {
        case .pass:
            "\(style.green("PASS"))  \(passSentence)"
        case .fail:
            "\(style.red("FAIL"))  \(failSentence)"
        case .inconclusive:
            "\(style.yellow("INCONCLUSIVE"))  \(inconclusiveSentence)"
        case .damaged:
            "\(style.yellow("DAMAGED"))  Nothing wrong was found in the readable part."
        }
    }

    private var passSentence: String {
        let recovered = verdict.figures.recoveredCount
        guard recovered > 0 else { return "Looked, and found nothing wrong." }
        return "Nothing was lost; what an outage had left open was delivered later: "
            + "\(Figures.count(recovered, "message"))."
    }

    private var failSentence: String {
        let parts = Anomaly.allCases.compactMap { anomaly -> String? in
            let count = verdict.checks.reduce(0) { $0 + $1.findings.count(of: anomaly) }
            guard count > 0, anomaly != .unknown else { return nil }
            return "\(Figures.grouped(count)) \(anomaly.noun(count))"
        }
        let unknown = verdict.figures.unknownCount
        let more = unknown > 0 ? "; nobody can tell about \(Figures.grouped(unknown)) more" : ""
        return parts.joined(separator: ", ").capitalizedFirst + more + "."
    }

    private var inconclusiveSentence: String {
        let unknown = verdict.figures.unknownCount
        if verdict.figures.connectionCount == 0 {
            return "There is nothing to judge."
        }
        return unknown > 0
            ? "Nobody can tell whether \(Figures.grouped(unknown)) "
                + "\(unknown == 1 ? "message was" : "messages were") delivered."
            : "Nothing wrong was found, but not everything could be judged."
    }

    private mutating func write(_ check: CheckResult) {
        let outcome = check.outcome.word.padded(to: 16)
        let painted =
            switch check.outcome {
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
        let notes = verdict.detections.map(sentence) + verdict.notes + counts
        guard !notes.isEmpty else { return }
        lines.append("")
        lines.append(style.bold("Notes"))
        for note in notes { append(note, indent: 2, mark: "• ") }
    }

    private func sentence(_ detection: Detection) -> String {
        let fields = detection.fields
        let direction = "\(detection.direction.description.capitalizedFirst)"
        guard detection.messageCount > 0 else {
            return "\(direction): nothing but "
                + "\(Figures.count(detection.acknowledgementCount, "acknowledgement")) and "
                + "\(Figures.count(detection.greetingCount, "greeting"))."
        }
        guard let sequence = fields.sequence else {
            return "\(direction): no sequence number in "
                + "\(Figures.grouped(detection.messageCount)) messages."
        }
        let stream = [fields.type, fields.part].compactMap { $0?.text }.joined(separator: " and ")
        let scope =
            switch fields.scope {
            case .typeAndPart: stream
            case .type: fields.type?.text ?? ""
            case .part: fields.part?.text ?? ""
            case .direction: ""
            }
        let per = scope.isEmpty ? "all messages together" : "each \(scope)"
        return "\(direction): '\(sequence.text)' numbers \(per); "
            + "\(Figures.percent(detection.sequencedShare)) of "
            + "\(Figures.grouped(detection.messageCount)) messages carry it, "
            + "\(Figures.percent(detection.stepShare)) of its steps are by one."
    }

    private var counts: [String] {
        let figures = verdict.figures
        var result: [String] = []
        if figures.resentCount > 0 {
            result.append(
                "\(Figures.count(figures.resentCount, "message")) came by a second time; "
                    + "\(Figures.grouped(figures.duplicateCount)) of them had been accepted before, "
                    + "which at-least-once delivery allows."
            )
        }
        return result
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
    fileprivate var word: String {
        self == .notApplicable ? "not applicable" : rawValue
    }
}

extension Anomaly {
    fileprivate var title: String {
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

    fileprivate func noun(_ count: UInt64) -> String {
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
    fileprivate var capitalizedFirst: String {
        prefix(1).uppercased() + dropFirst()
    }
}
