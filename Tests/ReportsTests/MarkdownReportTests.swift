import Reports
import Testing
import Verification

@Suite struct `MarkdownReport: a verdict for a step summary` {
    @Test func `the first failure, the checks, the findings`() {
        let text = report("c1:s1-2 c1:a1 c1:w1 c1:x c2:s5 c2:bye").render(as: .markdown)
        #expect(
            text == #"""
                ## FAIL

                3 messages lost.  
                `run.wscap`, 2026-11-22T12:00:00.000Z, 11 ms

                > **Lost**: m 2 came by on c1 → frame 2 at 12:00:00.003, and never went on to the server before c1 was reset by the server at 12:00:00.005. It was not sent again on c2. `in-flight`

                | Check | Outcome | Looked at |
                |---|---|---|
                | loss | **fail** | 3 lost, 2 delivered |
                | protocol | pass | 6 frames on 2 connections |
                | integrity | pass | 4 messages, 4 of them JSON |
                | order | pass | 1 numbered stream |
                | capture | pass | sealed, no gaps |

                ### Lost: 3

                - m 2 came by on c1 → frame 2 at 12:00:00.003, and never went on to the server before c1 was reset by the server at 12:00:00.005. It was not sent again on c2. `in-flight`
                  - `wsreplay show run.wscap c1→2`
                - m 3–4 (2 messages) never came by: after 2 on c1 → frame 2 at 12:00:00.003 follows 5 on c2 → frame 1 at 12:00:00.008. `never-sent`
                  - `wsreplay show run.wscap c1→2`
                  - `wsreplay show run.wscap c2→1`

                <details><summary>Notes</summary>

                - Client-to-server: 'sequence' numbers each type; 100 % of 3 messages carry it, 100 % of its steps are by one.
                - Server-to-client: nothing but 1 acknowledgement and 0 greetings.

                </details>

                """#
        )
    }

    @Test func `of several captures the worst comes first, behind a table of all`() {
        let text = Report(
            runs: [
                run("c1:s1 c1:a1 c1:bye", source: "good.wscap"),
                run("c1:s1-5 c1:a3 c1:r* c1:x", source: "unsure.wscap"),
                JudgedRun(source: "gone.wscap", result: .trouble("gone.wscap does not exist.")),
                run("c1:s1 c1:s3 c1:bye", source: "bad|worse.wscap"),
            ],
            remarks: ["Left out: x.wscap."]
        )
        .render(as: .markdown)
        #expect(
            text.hasPrefix(
                #"""
                ## 4 captures

                | Verdict | Capture | |
                |---|---|---|
                | **NOT READ** | `gone.wscap` | gone.wscap does not exist. |
                | **FAIL** | `bad\|worse.wscap` | 1 message lost. |
                | **INCONCLUSIVE** | `unsure.wscap` | Nobody can tell whether 2 messages were delivered. |
                | **PASS** | `good.wscap` | Looked, and found nothing wrong. |

                ## NOT READ
                """#
            )
        )
        #expect(text.hasSuffix("\n- Left out: x.wscap.\n"))
    }

    @Test func `who has moved the line is told above everything`() {
        let line = FailureLine(isStrict: true, anomalies: [.corrupted])
        let text = report("c1:s1 c1:s3 c1:bye", line: line).render(as: .markdown)
        #expect(text.hasPrefix("## PASS by --strict --fail-on corrupted\n\n1 message lost."))
        #expect(text.contains("of the findings only corrupted fail; what is inconclusive fails"))
        #expect(text.contains("| loss | **fail (allowed)** | 1 lost, 2 delivered |"))
        #expect(text.contains("### Lost (allowed): 1"))
        #expect(!text.contains("> **Lost**"))
    }

    @Test(arguments: hostileTexts)
    func `no text makes markup, links, mentions or HTML`(_ hostile: String) {
        let text = hostileReport(hostile).render(as: .markdown)
        let allowed = ["<details>", "<summary>", "</summary>", "</details>", "<br>", "<!-- -->"]
        var bare = text
        for tag in allowed { bare = bare.replacing(tag, with: "␣") }
        // In code nothing but the fence has a meaning.
        bare = bare.replacing(/(`+)[^`](.|\n)*?\1/, with: "")
        #expect(!bare.contains("<"))
        #expect(!bare.contains("https://"))
        #expect(!bare.contains("www.example"))
        #expect(!bare.contains("@everyone"))
        #expect(!bare.contains("[x]("))
        #expect(!text.contains("\n::"))
        for row in text.split(separator: "\n") where row.hasPrefix("|") {
            #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 4, "\(row)")
        }
    }

    @Test func `it ends far below what a summary or a comment may have, and says so`() {
        let long = String(repeating: "x", count: 5000)
        let runs = (1...30).map { number in
            var judged = verdict(
                (0..<60).map { "c1:s\($0 * 4 + 1)-\($0 * 4 + 3)" }.joined(separator: " ")
            )
            judged.notes = Array(repeating: long, count: 100)
            return JudgedRun(
                source: "run-\(number).wscap",
                result: .verdict(judged, timeline("c1:s1 c1:bye"))
            )
        }
        let text = Report(runs: runs).render(as: .markdown)
        #expect(text.utf8.count <= 60_000)
        #expect(text.contains("of this report left out, to stay below 60 kB"))
        #expect(text.count(of: "<details>") == text.count(of: "</details>"))
    }
}
