import Verification
import Vocabulary

/// A report as Markdown, for a step summary or a comment: the worst capture first, in it the first failure, the
/// checks, and the findings with the commands that show them.
struct MarkdownReport {
    /// How many bytes it may have; GitHub's step summaries end at 1 MiB, comments at 65 536 characters.
    static let byteCountMax = 60_000
    /// How many captures are told one by one.
    static let runsMax = 20
    /// How many findings of one anomaly are shown.
    static let shownMax = 20
    /// How many notes are shown.
    static let notesMax = 30
    /// How many characters a sentence may have.
    static let sentenceMax = 1000
    /// What is kept free for saying what was left out.
    private static let reserve = 300

    private let report: Report
    private var text = ""
    private var omittedCount: UInt64 = 0

    /// Writes a report.
    static func render(_ report: Report) -> String {
        var writer = MarkdownReport(report: report)
        writer.write()
        return writer.text
    }

    private init(report: Report) {
        self.report = report
    }

    private mutating func write() {
        let runs = report.runsByOutcome
        if runs.count > 1 { writeOverview(of: runs) }
        for run in runs.prefix(Self.runsMax) { write(run) }
        if !report.remarks.isEmpty {
            add("\n" + report.remarks.prefix(Self.notesMax).map { bullet($0) }.joined())
        }
        let hidden = UInt64(max(0, runs.count - Self.runsMax))
        if hidden > 0 { omittedCount += hidden }
        guard omittedCount > 0 else { return }
        text +=
            "\n*\(Figures.count(omittedCount, "part")) of this report left out, to stay below "
            + "\(Figures.bytes(UInt64(Self.byteCountMax))); `wsreplay verify --format json` has "
            + "all of it.*\n"
    }

    /// Adds a piece when there is room for it.
    private mutating func add(_ piece: String) {
        guard text.utf8.count + piece.utf8.count <= Self.byteCountMax - Self.reserve else {
            omittedCount += 1
            return
        }
        text += piece
    }

    // MARK: - Several captures

    private mutating func writeOverview(of runs: [JudgedRun]) {
        var table = "| Verdict | Capture | |\n|---|---|---|\n"
        for run in runs.prefix(Self.runsMax) {
            let headline = run.headline(report.line)
            table +=
                "| **\(MarkdownText.inline(headline.title))** "
                + "| \(MarkdownText.codeCell(run.source.limited(to: 200))) "
                + "| \(MarkdownText.inline(headline.sentence.limited(to: Self.sentenceMax))) |\n"
        }
        add("## \(runs.count) captures\n\n\(table)\n")
    }

    // MARK: - One capture

    private mutating func write(_ run: JudgedRun) {
        let headline = run.headline(report.line)
        var head = "## \(MarkdownText.inline(headline.title))\n\n"
        head += "\(MarkdownText.paragraph(headline.sentence.limited(to: Self.sentenceMax)))  \n"
        head += MarkdownText.code(run.source.limited(to: 200)) + extent(of: run) + "\n"
        if report.line.isMoved { head += "\n*\(MarkdownText.inline(report.line.sentence))*\n" }
        add(head)
        guard let verdict = run.verdict else { return }
        let groups = verdict.findingGroups(report.line)
        if let first = groups.first, first.counts, let finding = first.findings.first {
            add("\n> **\(first.anomaly.title)**: \(sentence(of: finding))\n")
        }
        writeChecks(of: verdict)
        for group in groups { write(group, of: run) }
        writeNotes(of: verdict)
    }

    private func extent(of run: JudgedRun) -> String {
        guard case .verdict(_, let timeline) = run.result, let first = timeline.firstTime else {
            return ""
        }
        return ", \(MarkdownText.inline("\(first)")), \(Figures.duration(timeline.duration))"
    }

    private mutating func writeChecks(of verdict: Verdict) {
        var table = "\n| Check | Outcome | Looked at |\n|---|---|---|\n"
        var told: Set<String> = []
        for check in verdict.checksByOutcome(report.line) {
            let word = report.line.word(for: check)
            let isCalm = check.outcome == .pass || check.outcome == .notApplicable
            let news = check.reasons.filter { told.insert($0).inserted }
            var cell = MarkdownText.inline(check.summary)
            for reason in news.prefix(3) {
                cell += "<br>\(MarkdownText.inline(reason.limited(to: Self.sentenceMax)))"
            }
            if news.count > 3 { cell += "<br>\(news.count - 3) more reasons." }
            table += "| \(check.check.rawValue) | \(isCalm ? word : "**\(word)**") | \(cell) |\n"
        }
        add(table)
    }

    private mutating func write(_ group: FindingGroup, of run: JudgedRun) {
        let allowed = group.counts || group.anomaly == .unknown ? "" : " (allowed)"
        add("\n### \(group.anomaly.title)\(allowed): \(Figures.grouped(group.messageCount))\n\n")
        for finding in group.findings.prefix(Self.shownMax) {
            var piece = "- \(sentence(of: finding))\n"
            for command in run.showCommands(for: finding) {
                piece += "  - \(MarkdownText.code(command))\n"
            }
            add(piece)
        }
        let hidden = group.findings.count - Self.shownMax
        if hidden > 0 {
            add("- … and \(Figures.count(UInt64(hidden), "more finding"))\n")
        }
    }

    private func sentence(of finding: Finding) -> String {
        let cause = finding.cause.map { " `\($0.rawValue)`" } ?? ""
        return MarkdownText.paragraph(finding.explanation.limited(to: Self.sentenceMax)) + cause
    }

    private mutating func writeNotes(of verdict: Verdict) {
        let notes = verdict.remarks
        guard !notes.isEmpty else { return }
        var piece = "\n<details><summary>Notes</summary>\n\n"
        for note in notes.prefix(Self.notesMax) { piece += bullet(note) }
        if notes.count > Self.notesMax { piece += "- … and \(notes.count - Self.notesMax) more\n" }
        add(piece + "\n</details>\n")
    }

    private func bullet(_ sentence: String) -> String {
        "- \(MarkdownText.paragraph(sentence.limited(to: Self.sentenceMax)))\n"
    }
}
