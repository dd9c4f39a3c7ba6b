import Reports
import TestKit
import Verification

/// The verdict of a history.
func verdict(_ history: String, fileState: FileState = .sealed) -> Verdict {
    var verifier = Verifier()
    for recorded in History(history).entries {
        verifier.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return verifier.finish(fileState: fileState)
}

/// The summary of a history.
func summary(_ history: String, fileState: FileState = .sealed) -> CaptureSummary {
    var builder = SummaryBuilder()
    for recorded in History(history).entries {
        builder.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return builder.finish(fileState: fileState)
}

/// The timeline of a history.
func timeline(_ history: String) -> RunTimeline {
    var builder = TimelineBuilder()
    for recorded in History(history).entries { builder.observe(recorded.entry) }
    return builder.finish()
}

/// A history, judged.
func run(
    _ history: String,
    source: String = "run.wscap",
    fileState: FileState = .sealed
) -> JudgedRun {
    JudgedRun(
        source: source,
        place: CapturePlace(path: source),
        result: .verdict(verdict(history, fileState: fileState), timeline(history))
    )
}

/// A report on one history.
func report(
    _ history: String,
    line: FailureLine = .standard,
    fileState: FileState = .sealed
) -> Report {
    Report(runs: [run(history, fileState: fileState)], line: line)
}

/// A report in which a peer, and whoever named the file, has done what can be done with text.
func hostileReport(_ text: String) -> Report {
    var judged = verdict("c1:s1 c1:s3 c1:bye")
    judged.notes = [text]
    for index in judged.checks.indices {
        judged.checks[index].summary = text
        guard var finding = judged.checks[index].findings.held.first else { continue }
        finding.explanation = text
        finding.stream = text
        judged.checks[index].findings = FindingList()
        judged.checks[index].findings.add(finding)
        judged.checks[index].reasons = [text]
    }
    return Report(
        runs: [
            JudgedRun(
                source: text,
                place: CapturePlace(path: text),
                result: .verdict(judged, timeline("c1:s1 c1:s3 c1:bye"))
            )
        ],
        remarks: [text]
    )
}

/// Texts that mean something to one reader of reports or another.
let hostileTexts = [
    "]]></failure><testcase name=\"x\"/>", "</script><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "a\u{0}b\u{8}c\u{1B}[31md\u{7F}\u{9B}e\u{FFFE}\u{FFFF}", "\u{202E}desrever\u{2066}x\u{2028}y",
    "a\n::error title=gotcha::owned\r\n::stop-commands::wsreplay-0", "##[error]owned %0A%25 50 %",
    "| a | b |\n|---|---|", "`code` ``more`` ```\nfence",
    "[x](https://example.com) www.example.com @everyone #1",
    "<!-- --> <b>bold</b> &lt; &#64;", "1. list\n# heading\n---\n- item", "$math$ \\ _a_ *b* ~~c~~",
    "שלום مرحبا 🌍 ü", "--option 'quote' \"double\" $(rm -rf x) `id`",
]
