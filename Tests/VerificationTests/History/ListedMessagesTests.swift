import TestKit
import Testing
import Verification

/// Lines of a log in short: `1-3 5/b`.
func lines(_ numbers: String) -> [String] { History.lines(numbers) }

@Suite struct `ListedMessages: a receiver's log and a producer's journal` {
    @Test func `a log turns what is unknown into delivered or lost`() {
        let history = "c1:s1-5 c1:a2 c1:r* c1:x c2:s6 c2:a6 c2:bye"
        #expect(verdict(history).outcome(.loss) == .inconclusive)
        #expect(verdict(history, received: lines("1-6")).outcome == .pass)
        let lost = verdict(history, received: lines("1-3 6"))
        #expect(lost.found(.loss) == ["lost m 4–5 not-logged"])
        #expect(lost.outcome(.loss) == .fail)
    }

    @Test func `with a log each cause stays what the evidence says`() {
        let verdict = verdict(
            "c1:s1-4 c1:a1 c1:r2 c1:w3 c1:x c2:s7 c2:a7 c2:bye",
            received: lines("1 7")
        )
        #expect(
            verdict.found(.loss) == [
                "lost m 4 in-flight", "lost m 5–6 never-sent", "lost m 2–3 not-logged",
            ]
        )
        #expect(verdict.figures.unknownCount == 0)
    }

    @Test func `an empty log means that nothing was accepted`() {
        let verdict = verdict("c1:s1-3 c1:r* c1:x", received: [])
        #expect(verdict.figures.lostCount == 3)
    }

    @Test func `a log survives a half-written last line`() {
        let verdict = verdict(
            "c1:s1-2 c1:r* c1:x c2:s2 c2:a2 c2:bye",
            received: lines("1-2") + [#"{"type":"m","seq"#]
        )
        #expect(verdict.outcome == .pass)
        #expect(verdict.notes.contains("1 line of the receiver's log is no JSON object."))
    }

    @Test func `lines without a number belong to messages by their bytes`() {
        let history = "c1:t(one) c1:t(two) c1:t(three) c1:r* c1:x"
        let some = verdict(history, received: ["one", "three"])
        #expect(some.found(.loss).contains("lost not-logged"))
        let all = verdict(
            history,
            received: ["one", "two", "three"],
            journal: ["one", "two", "three"]
        )
        #expect(all.figures.lostCount == 0)
    }

    @Test func `each epoch of a stream has its own lines`() {
        let history = "c1:s1-3 c1:a3 c1:cx c2:s1! c2:s2! c2:s3! c2:a3 c2:bye"
        #expect(verdict(history, received: lines("1-3 1! 2! 3!")).outcome == .pass)
        let lost = verdict(history, received: lines("1-3 1! 3!"))
        #expect(lost.found(.loss) == ["lost m 2 not-logged"])
    }

    @Test func `a journal says what was due`() {
        let history = "c1:s1-3 c1:a3 c1:bye"
        #expect(verdict(history, journal: lines("1-3")).outcome == .pass)
        let lost = verdict(history, journal: lines("1-5"))
        #expect(lost.found(.loss) == ["lost m 4–5 never-sent"])
    }

    @Test func `a stream that only the journal knows was never sent`() {
        let verdict = verdict("c1:s1/a c1:a1/a c1:bye", journal: lines("1/a 1-2/b"))
        #expect(verdict.found(.loss) == ["lost m/b 1–2 never-sent"])
    }

    @Test func `a journal lets messages without a number pass`() {
        let history = "c1:t(one) c1:t(two) c1:bye"
        #expect(verdict(history).outcome(.loss) == .inconclusive)
        #expect(verdict(history, journal: ["one", "two"]).outcome(.loss) == .pass)
        #expect(verdict(history, journal: ["one", "two", "three"]).outcome(.loss) == .fail)
    }
}
