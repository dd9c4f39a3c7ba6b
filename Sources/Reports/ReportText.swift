import Verification

/// A report as text for people: one verdict after the other.
enum ReportText {
    /// Writes a report.
    static func render(_ report: Report, style: Style) -> String {
        report.runs.map { run in
            switch run.result {
            case .verdict(let verdict, _):
                VerdictText.render(
                    verdict,
                    source: run.source,
                    line: report.line,
                    style: style
                )
            case .trouble(let sentence):
                "\(style.red("NOT READ"))  \(sentence.withoutControls)\n"
            }
        }
        .joined() + report.remarks.map { "\($0.withoutControls)\n" }.joined()
    }
}

extension Report {
    /// One line for each verdict, for a terminal.
    ///
    /// - Parameter style: With or without colours.
    /// - Returns: The lines, with a line break at the end of each.
    public func headlines(style: Style = .plain) -> String {
        runs.map { run in
            let headline = run.headline(line)
            let title =
                switch run.outcome(line) {
                case .pass: style.green(headline.title)
                case .inconclusive, .damaged: style.yellow(headline.title)
                case .fail, .trouble: style.red(headline.title)
                }
            return "\(title)  \(headline.sentence.withoutControls)  "
                + style.dim(run.source.withoutControls) + "\n"
        }
        .joined()
    }
}
