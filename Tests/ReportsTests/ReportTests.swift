import Reports
import Testing
import Verification

@Suite struct `Report: several captures, and where the line is drawn` {
    @Test func `text has one verdict after the other`() {
        let text = Report(
            runs: [
                run("c1:s1 c1:a1 c1:bye", source: "a.wscap"),
                JudgedRun(source: "b.wscap", result: .trouble("b.wscap is no capture.")),
            ]
        )
        .render(as: .text)
        #expect(text.hasPrefix("PASS  Looked, and found nothing wrong.  a.wscap\n"))
        #expect(text.hasSuffix("\nNOT READ  b.wscap is no capture.\n"))
    }

    @Test func `JSON of one capture is its verdict, of several a list`() {
        let one = Report(runs: [run("c1:s1 c1:a1 c1:bye")], remarks: ["Left out: x."])
            .render(as: .json)
        #expect(one.hasPrefix("{\n  \"format\": \"wscap-verdict/1\",\n"))
        #expect(one.contains("\"Left out: x.\""))
        let two = Report(
            runs: [
                run("c1:s1 c1:a1 c1:bye"),
                JudgedRun(source: "b.wscap", result: .trouble("b.wscap is no capture.")),
            ]
        )
        .render(as: .json)
        #expect(
            two.hasPrefix("{\n  \"format\": \"wscap-verdicts/1\",\n  \"exit\": \"not-read\",\n")
        )
        #expect(two.contains("\"reason\": \"b.wscap is no capture.\""))
    }

    @Test func `a moved line stands below the verdict`() {
        let strict = report("c1:s1-5 c1:a3 c1:r* c1:x", line: FailureLine(isStrict: true))
        #expect(
            strict.render(as: .text).hasPrefix(
                """
                FAIL by --strict  Nobody can tell whether 2 messages were delivered.  run.wscap
                  Judged by --strict: what is inconclusive fails, too.

                """
            )
        )
        let allowed = report("c1:s1 c1:s3 c1:bye", line: FailureLine(anomalies: [.reordered]))
        #expect(
            allowed.render(as: .text).hasPrefix(
                """
                PASS by --fail-on reordered  1 message lost.  run.wscap
                  Judged by --fail-on reordered: of the findings only reordered fail.

                """
            )
        )
        #expect(allowed.render(as: .text).contains("  loss       fail (allowed)  1 lost"))
        #expect(allowed.render(as: .json).contains("\"failOn\": [\n      \"reordered\"\n    ]"))
        #expect(allowed.render(as: .json).contains("\"countsAs\": \"pass\""))
    }

    @Test func `headlines are a line for each verdict`() {
        let report = Report(
            runs: [run("c1:s1 c1:s3 c1:bye"), run("c1:s1 c1:a1 c1:bye", source: "b.wscap")]
        )
        #expect(
            report.headlines() == """
                FAIL  1 message lost.  run.wscap
                PASS  Looked, and found nothing wrong.  b.wscap

                """
        )
    }

    @Test(arguments: [
        ("a.json", ReportFormat.json), ("b/a.md", .markdown), ("A.MARKDOWN", .markdown),
        ("a.b.xml", .junit), ("a.txt", .text), ("json", nil), ("/a/.json", nil), ("a.yaml", nil),
        ("a.json/b", nil), ("", nil),
    ])
    func `a file's name says the form`(_ name: String, _ format: ReportFormat?) {
        #expect(ReportFormat(fileName: name) == format)
    }

    @Test(arguments: [
        ("run.wscap", nil, "wsreplay show run.wscap c1→1"),
        ("my run.wscap", nil, "wsreplay show 'my run.wscap' c1→1"),
        ("it's.wscap", nil, #"wsreplay show 'it'\''s.wscap' c1→1"#),
        ("-x.wscap", nil, "wsreplay show ./-x.wscap c1→1"),
        ("a", "1a2b", "wsreplay show a --run 1a2b c1→1"),
        ("$(id)\n", nil, "wsreplay show '$(id)\u{FFFD}' c1→1"),
    ])
    func `the command that shows a frame is safe to paste`(
        _ path: String,
        _ run: String?,
        _ command: String
    ) throws {
        let reference = try #require(verdict("c1:s1 c1:s3 c1:bye").findings.first?.references.first)
        #expect(CapturePlace(path: path, runID: run).showCommand(reference) == command)
    }
}
