import Reports
import Testing
import Verification

@Suite struct `JUnitReport: a verdict for CI servers` {
    @Test func `a case for each check, a failure with its findings`() {
        let text = report("c1:s1 c1:a1 c1:s3 c1:bye").render(as: .junit)
        #expect(
            text == #"""
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites name="wsreplay" tests="5" failures="1" errors="0">
                  <testsuite name="run.wscap" tests="5" failures="1" errors="0" skipped="0" timestamp="2026-11-22T12:00:00" time="0.007">
                    <properties>
                      <property name="tool" value="wsreplay 0.1.0"/>
                      <property name="verdict" value="FAIL"/>
                      <property name="outcome" value="fail"/>
                      <property name="file" value="sealed"/>
                      <property name="connections" value="1"/>
                      <property name="refused" value="0"/>
                      <property name="frames" value="5"/>
                      <property name="messages" value="3"/>
                      <property name="delivered" value="2"/>
                      <property name="recovered" value="0"/>
                      <property name="resent" value="0"/>
                      <property name="duplicates" value="0"/>
                      <property name="lost" value="1"/>
                      <property name="unknown" value="0"/>
                    </properties>
                    <testcase classname="run.wscap" name="protocol">
                      <system-out>5 frames on 1 connection</system-out>
                    </testcase>
                    <testcase classname="run.wscap" name="integrity">
                      <system-out>3 messages, 3 of them JSON</system-out>
                    </testcase>
                    <testcase classname="run.wscap" name="order">
                      <system-out>1 numbered stream</system-out>
                    </testcase>
                    <testcase classname="run.wscap" name="loss">
                      <failure type="lost" message="1 lost, 2 delivered">[lost, never-sent] m 2 never came by: after 1 on c1 → frame 1 at 12:00:00.002 follows 3 on c1 → frame 2 at 12:00:00.004.
                    wsreplay show run.wscap c1→1
                    wsreplay show run.wscap c1→2</failure>
                    </testcase>
                    <testcase classname="run.wscap" name="capture">
                      <system-out>sealed, no gaps</system-out>
                    </testcase>
                  </testsuite>
                </testsuites>

                """#
        )
    }

    @Test func `inconclusive is skipped, and a failure when strict`() {
        let history = "c1:s1-5 c1:a3 c1:r* c1:x"
        let plain = report(history).render(as: .junit)
        #expect(plain.contains(#"failures="0" errors="0" skipped="1""#))
        #expect(plain.contains(#"<skipped type="inconclusive" message="Inconclusive: "#))
        let strict = report(history, line: FailureLine(isStrict: true)).render(as: .junit)
        #expect(strict.contains(#"failures="1" errors="0" skipped="0""#))
        #expect(strict.contains(#"<failure type="unknown""#))
        #expect(strict.contains(#"<property name="line" value="--strict"/>"#))
        #expect(strict.contains(#"<property name="verdict" value="FAIL by --strict"/>"#))
    }

    @Test func `damage is an error, and no failure of what was judged`() {
        let text = report("c1:s1 c1:a1 c1:bye", fileState: .damaged(reason: "a < b"))
            .render(as: .junit)
        #expect(text.contains(#"failures="0" errors="1" skipped="3""#))
        #expect(text.contains(#"<error type="damaged" message="The file is damaged: a &lt; b">"#))
    }

    @Test func `a file that cannot be read is an error`() {
        let trouble = JudgedRun(source: "gone.wscap", result: .trouble("gone.wscap: no such file."))
        let text = Report(runs: [trouble, run("c1:s1 c1:a1 c1:bye")]).render(as: .junit)
        #expect(text.contains(#"<testsuites name="wsreplay" tests="6" failures="0" errors="1">"#))
        #expect(
            text.contains(
                #"<error type="not-read" message="gone.wscap: no such file.">gone.wscap: no such file."#
            )
        )
    }

    @Test func `a failure that does not count is told and is none`() {
        let line = FailureLine(anomalies: [.corrupted])
        let text = report("c1:s1 c1:s3 c1:bye", line: line).render(as: .junit)
        #expect(text.contains(#"failures="0" errors="0" skipped="0""#))
        #expect(text.contains("[lost, never-sent] m 2 never came by"))
        #expect(text.contains(#"value="PASS by --fail-on corrupted""#))
    }

    @Test(arguments: hostileTexts)
    func `no text is markup, and none is what XML has no character for`(_ hostile: String) {
        let text = hostileReport(hostile).render(as: .junit)
        let plain = report("c1:s1 c1:s3 c1:bye").render(as: .junit)
        // The suite has notes, and says so in an element of its own.
        #expect(text.count { $0 == "<" } - plain.count { $0 == "<" } == 2)
        #expect(!text.contains("]]>"))
        let isXML = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x0A, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
            default: false
            }
        }
        #expect(isXML)
    }

    @Test func `findings beyond the limit are counted`() {
        let numbers = (0..<150).map { "c1:s\($0 * 4 + 1)-\($0 * 4 + 3)" }.joined(separator: " ")
        let text = report("\(numbers) c1:bye").render(as: .junit)
        #expect(text.count(of: "[lost, never-sent]") == 100)
        #expect(text.contains("… and 49 more findings; --format json lists more."))
    }
}

extension String {
    /// How often a text stands in it.
    func count(of text: String) -> Int { ranges(of: text).count }
}
