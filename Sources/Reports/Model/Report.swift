public import Verification
public import Vocabulary

/// What one call of the verifier has to say: the verdict on each capture, and what could not be judged.
///
/// - **In:** verdicts with their timelines, and the line by which they were judged.
/// - **Out:** ``render(as:style:)``, one text for each ``ReportFormat``.
/// - **Never:** reads a file, a clock or a random number; the same report is the same text.
public struct Report: Equatable, Sendable {
    /// What was judged, in the order of being named.
    public var runs: [JudgedRun]
    /// Where the line between pass and fail is drawn.
    public var line: FailureLine
    /// What else is to be said of the call, one sentence each: files that were left out.
    public var remarks: [String]

    /// Creates a report.
    public init(runs: [JudgedRun], line: FailureLine = .standard, remarks: [String] = []) {
        self.runs = runs
        self.line = line
        self.remarks = remarks
    }

    /// Renders the report.
    ///
    /// - Parameters:
    ///   - format: The form.
    ///   - style: With or without colours; concerns text alone.
    /// - Returns: The text, with a line break at its end.
    public func render(as format: ReportFormat, style: Style = .plain) -> String {
        switch format {
        case .text: ReportText.render(self, style: style)
        case .json: ReportJSON.render(self)
        case .junit: JUnitReport.render(self)
        case .markdown: MarkdownReport.render(self)
        case .github: GitHubReport.render(self, style: style)
        }
    }

    /// The runs, the worst first.
    var runsByOutcome: [JudgedRun] {
        RunOutcome.allCases.sorted(by: >).flatMap { outcome in
            runs.filter { $0.outcome(line) == outcome }
        }
    }

    /// How all of it ended: as the worst of the runs.
    var outcome: RunOutcome { runs.map { $0.outcome(line) }.max() ?? .pass }
}

/// One capture, the files of one run, or what one vantage point has seen.
public struct JudgedRun: Equatable, Sendable {
    /// What came of judging it.
    public enum Result: Equatable, Sendable {
        /// A verdict, and when things happened.
        case verdict(Verdict, RunTimeline)
        /// It could not be read; the reason is one sentence.
        case trouble(String)
    }

    /// What to call it.
    public var source: String
    /// What to read to see more of it; `nil` where there is nothing that could be read.
    public var place: CapturePlace?
    /// What came of it.
    public var result: Result
    /// Frames in full, as `wsreplay show` prints them, by their names.
    public var excerpts: [FrameReference: String]

    /// Creates a judged run.
    public init(
        source: String,
        place: CapturePlace? = nil,
        result: Result,
        excerpts: [FrameReference: String] = [:]
    ) {
        self.source = source
        self.place = place
        self.result = result
        self.excerpts = excerpts
    }

    /// The verdict, when there is one.
    public var verdict: Verdict? {
        if case .verdict(let verdict, _) = result { verdict } else { nil }
    }

    /// How it ended.
    func outcome(_ line: FailureLine) -> RunOutcome {
        guard let verdict else { return .trouble }
        return switch line.exitClass(of: verdict) {
        case .pass: .pass
        case .inconclusive: .inconclusive
        case .damaged: .damaged
        case .fail: .fail
        }
    }

    /// What it is, in a word and a sentence.
    func headline(_ line: FailureLine) -> (title: String, sentence: String) {
        switch result {
        case .verdict(let verdict, _):
            let headline = VerdictHeadline(verdict, line: line)
            return (headline.title, headline.sentence)
        case .trouble(let sentence):
            return ("NOT READ", sentence)
        }
    }
}

/// How a run ended, from best to worst.
enum RunOutcome: Int, CaseIterable, Comparable {
    case pass
    case inconclusive
    case damaged
    case fail
    case trouble

    static func < (left: RunOutcome, right: RunOutcome) -> Bool { left.rawValue < right.rawValue }
}
