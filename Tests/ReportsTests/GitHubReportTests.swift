import Reports
import Testing
import Verification

@Suite struct `GitHubReport: a verdict for the log of GitHub Actions` {
    @Test func `the text with commands stopped, and the annotations`() {
        let text = report("c1:s1 c1:s3 c1:bye").render(as: .github)
        #expect(
            text == #"""
                ::stop-commands::wsreplay-0
                FAIL  1 message lost.  run.wscap

                  protocol   pass            4 frames on 1 connection
                  integrity  pass            2 messages, 2 of them JSON
                  order      pass            1 numbered stream
                  loss       fail            1 lost, 2 delivered
                  capture    pass            sealed, no gaps

                Lost  1
                  • m 2 never came by: after 1 on c1 → frame 1 at 12:00:00.002 follows 3 on c1 → frame 2 at
                    12:00:00.003.  [never-sent]

                Notes
                  • Client-to-server: 'sequence' numbers each type; 100 % of 2 messages carry it, 0 % of its
                    steps are by one.
                ::wsreplay-0::
                ::error title=FAIL%3A run.wscap::1 message lost.
                ::error title=Lost (never-sent)::m 2 never came by: after 1 on c1 → frame 1 at 12:00:00.002 follows 3 on c1 → frame 2 at 12:00:00.003.%0Awsreplay show run.wscap c1→1%0Awsreplay show run.wscap c1→2

                """#
        )
    }

    @Test func `a pass is a notice`() {
        let text = report("c1:s1 c1:a1 c1:bye").render(as: .github)
        #expect(
            text.hasSuffix(
                "\n::notice title=PASS%3A run.wscap::Looked, and found nothing wrong.\n"
            )
        )
    }

    @Test func `what nobody can tell is a warning, and an error when strict`() {
        let history = "c1:s1-5 c1:a3 c1:r* c1:x"
        let plain = report(history).render(as: .github)
        #expect(plain.contains("\n::warning title=INCONCLUSIVE%3A run.wscap::"))
        #expect(plain.contains("\n::warning title=Not known whether delivered::"))
        #expect(!plain.contains("::error"))
        let strict = report(history, line: FailureLine(isStrict: true)).render(as: .github)
        #expect(strict.contains("\n::error title=FAIL by --strict%3A run.wscap::"))
        #expect(strict.contains("\n::error title=Not known whether delivered::"))
    }

    @Test func `a finding that does not count is a notice`() {
        let line = FailureLine(anomalies: [.corrupted])
        let text = report("c1:s1 c1:s3 c1:bye", line: line).render(as: .github)
        #expect(text.contains("\n::notice title=PASS by --fail-on corrupted%3A run.wscap::"))
        #expect(text.contains("\n::notice title=Lost (never-sent)::"))
    }

    @Test(arguments: [(8, 9), (9, 10), (10, 10), (500, 10)])
    func `ten annotations at most, the last of them says what is left out`(
        findings: Int,
        annotations: Int
    ) {
        let numbers = (0...findings).map { "c1:s\($0 * 4 + 1)-\($0 * 4 + 3)" }.joined(
            separator: " "
        )
        let text = report("\(numbers) c1:bye").render(as: .github)
        #expect(text.count(of: "\n::error ") == annotations)
        #expect(text.contains("left out; the log has the whole report.") == (findings > 9))
    }

    @Test(arguments: hostileTexts)
    func `no text is a command`(_ hostile: String) {
        let text = hostileReport(hostile).render(as: .github)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let stop = lines[0].replacing("::stop-commands::", with: "")
        #expect(lines.count { $0.contains("::\(stop)::") } == 1)
        let resumed = lines.drop { $0 != "::\(stop)::" }.dropFirst()
        // The annotations, and the empty rest behind the last line break.
        #expect(resumed.count == 5)
        for line in resumed.dropLast() {
            let pieces = line.dropFirst(2).split(separator: "::", maxSplits: 1)
            #expect(pieces.count == 2)
            #expect(["error", "warning"].contains(pieces[0].split(separator: " ")[0]))
            let property = pieces[0].split(separator: "title=", maxSplits: 1)[1]
            #expect(!property.contains(":") && !property.contains(","))
        }
    }
}
