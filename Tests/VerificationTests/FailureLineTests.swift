import TestKit
import Testing
import Verification

@Suite struct `FailureLine: what of a verdict fails` {
    private static let lost = "c1:s1 c1:s3 c1:bye"
    private static let unsure = "c1:s1-5 c1:a3 c1:r* c1:x"
    private static let both = "c1:s1-5 c1:a3 c1:r* c1:x c2:s9 c2:bye"

    struct Case: CustomTestStringConvertible {
        var history: String
        var line: FailureLine
        var expected: ExitClass
        var fileState = FileState.sealed

        var testDescription: String { "\(history) by '\(line.options)': \(expected)" }
    }

    @Test(arguments: [
        Case(history: lost, line: .standard, expected: .fail),
        Case(history: lost, line: FailureLine(anomalies: [.lost]), expected: .fail),
        Case(history: lost, line: FailureLine(anomalies: [.corrupted]), expected: .pass),
        Case(history: lost, line: FailureLine(anomalies: []), expected: .pass),
        Case(history: unsure, line: .standard, expected: .inconclusive),
        Case(history: unsure, line: FailureLine(isStrict: true), expected: .fail),
        Case(history: unsure, line: FailureLine(anomalies: [.unknown]), expected: .fail),
        Case(history: unsure, line: FailureLine(anomalies: [.lost]), expected: .inconclusive),
        Case(history: both, line: .standard, expected: .fail),
        // What is allowed to be lost does not make known what is unknown.
        Case(history: both, line: FailureLine(anomalies: [.corrupted]), expected: .inconclusive),
        Case(
            history: both,
            line: FailureLine(isStrict: true, anomalies: [.corrupted]),
            expected: .fail
        ),
        Case(history: "c1:s1 c1:a1 c1:bye", line: FailureLine(isStrict: true), expected: .pass),
        Case(
            history: "c1:s1 c1:a1 c1:bye",
            line: .standard,
            expected: .damaged,
            fileState: .damaged(reason: "x")
        ),
        Case(
            history: lost,
            line: FailureLine(anomalies: [.corrupted]),
            expected: .damaged,
            fileState: .damaged(reason: "x")
        ),
        Case(
            history: "c1:s1 c1:a1 c1:bye",
            line: FailureLine(isStrict: true),
            expected: .fail,
            fileState: .damaged(reason: "x")
        ),
    ])
    func `what counts decides the exit code`(_ test: Case) {
        var verifier = Verifier()
        for recorded in History(test.history).entries {
            verifier.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
        }
        let verdict = verifier.finish(fileState: test.fileState)
        #expect(test.line.exitClass(of: verdict) == test.expected)
        if test.line == .standard { #expect(verdict.exitClass == test.expected) }
    }

    @Test func `it says who has moved it, and what that means`() {
        #expect(FailureLine.standard.sentence.isEmpty)
        #expect(!FailureLine.standard.isMoved)
        let line = FailureLine(isStrict: true, anomalies: [.corrupted, .lost], allowsEmpty: true)
        #expect(line.options == "--strict --fail-on lost,corrupted --allow-empty")
        #expect(
            line.sentence
                == "Judged by --strict --fail-on lost,corrupted --allow-empty: of the findings only "
                + "lost and corrupted fail; what is inconclusive fails, too; a capture without "
                + "connections may pass."
        )
    }
}
