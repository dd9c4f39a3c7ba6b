import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary

@Suite struct `CaptureChecker: what the capture does not cover` {
    @Test func `an empty capture is no pass`() {
        let empty = verdict("")
        #expect(empty.outcome == .inconclusive)
        #expect(Check.allCases.allSatisfy { empty.outcome($0) == .inconclusive })
        #expect(verdict("", allowsEmpty: true).outcome == .pass)
        #expect(verdict("c1:no c2:no").outcome == .inconclusive)
    }

    @Test func `a gap makes the capture inconclusive`() {
        let verdict = verdict("c1:s1 c1:a1 gap c1:bye")
        #expect(verdict.outcome(.capture) == .inconclusive)
        #expect(verdict[.capture]?.reasons.first?.contains("the disk was full") == true)
    }

    @Test func `frames that are not in the capture are noticed`() {
        var entries = History("c1:s1-6 c1:bye").entries
        entries.removeSubrange(4...5)
        let verdict = verdict(entries)
        #expect(verdict.outcome(.capture) == .inconclusive)
        #expect(
            verdict[.capture]?.reasons == ["c1 →: frames 3–4 are missing from the capture."]
        )
        #expect(verdict.found(.loss) == ["unknown m 3–4"])
        #expect(verdict.exitClass == .inconclusive)
    }

    @Test func `damage outranks inconclusive and is outranked by failure`() {
        let damage = FileState.damaged(reason: "a chunk's CRC does not match")
        #expect(verdict("c1:s1 c1:a1 c1:bye", fileState: damage).exitClass == .damaged)
        #expect(verdict("c1:t(a) c1:t(b) c1:bye", fileState: damage).exitClass == .damaged)
        let failing = verdict("c1:s1 c1:s3 c1:s2 c1:bye", fileState: damage)
        #expect(failing.exitClass == .fail)
    }

    @Test func `an unfinished capture is no damage`() {
        let verdict = verdict("c1:s1 c1:a1 c1:bye", fileState: .unfinished(tornBytes: 17))
        #expect(verdict.exitClass == .pass)
        #expect(verdict[.capture]?.summary.contains("17 bytes") == true)
    }

    @Test func `records of an unknown kind are skipped and named`() {
        var builder = HistoryBuilder()
        builder.open(ConnectionID(rawValue: 1))
        builder.add(.unknown(schema: "wscap.v9.Mystery"))
        builder.end(ConnectionID(rawValue: 1), .fin)
        #expect(verdict(builder.entries).notes.contains { $0.contains("wscap.v9.Mystery") })
    }
}
