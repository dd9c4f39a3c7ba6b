import Testing
import Verification

/// A history on one line and what must be found in it.
struct LossCase: CustomTestStringConvertible, Sendable {
    var history: String
    var outcome: Outcome
    var found: [String]
    var name: String

    init(_ name: String, _ history: String, _ outcome: Outcome, _ found: [String] = []) {
        self.name = name
        self.history = history
        self.outcome = outcome
        self.found = found
    }

    var testDescription: String { "\(name): \(history)" }
}

@Suite struct `LossChecker: what nothing was lost means` {
    static let clean = [
        LossCase("acknowledged one by one", "c1:s1 c1:a1 c1:s2 c1:a2 c1:bye", .pass),
        LossCase("acknowledged at the end, then reset", "c1:s1-5 c1:a5 c1:x", .pass),
        LossCase("never acknowledged, closed in order by the sender", "c1:s1-5 c1:bye", .pass),
        LossCase(
            "undelivered and sent again",
            "c1:s1-3 c1:a1 c1:w1 c1:x c2:s2-4 c2:a4 c2:bye",
            .pass
        ),
        LossCase("unknown and sent again", "c1:s1-3 c1:a1 c1:r* c1:x c2:s2-4 c2:bye", .pass),
        LossCase(
            "sent again and again, at last accepted",
            "c1:s1-2 c1:a1 c1:x c2:s2 c2:x c3:no c4:s2 c4:w* c4:x c5:s2 c5:a2 c5:bye",
            .pass
        ),
        LossCase(
            "two streams, each with its own numbers",
            "c1:s1/a c1:s1/b c1:s2/a c1:s2/b c1:a2/a c1:a2/b c1:x",
            .pass
        ),
        LossCase("both directions", "c1:s1-3 c1:q1-3 c1:a3 c1:b3 c1:x", .pass),
        LossCase("a sequence that begins in its middle", "c1:s40-42 c1:a42 c1:bye", .pass),
        LossCase(
            "a producer that counts anew",
            "c1:s1-3 c1:a3 c1:cx c2:s1! c2:s2! c2:a2 c2:bye",
            .pass
        ),
        LossCase("greeted twice", "c1:hello c1:s1 c1:a1 c1:x c2:hello c2:s2 c2:a2 c2:bye", .pass),
        LossCase(
            "cut and sent again",
            "c1:s1 c1:a1 c1:cut2 c1:x c2:s2 c2:a2 c2:bye",
            .pass
        ),
    ]

    static let anomalies = [
        LossCase(
            "in flight and never sent again",
            "c1:s1-5 c1:a3 c1:w3 c1:x c2:s6 c2:a6 c2:bye",
            .fail,
            ["lost m 4–5 in-flight"]
        ),
        LossCase(
            "in flight twice",
            "c1:s1-2 c1:a1 c1:w1 c1:x c2:s2 c2:w0 c2:x",
            .fail,
            ["lost m 2 in-flight"]
        ),
        LossCase(
            "skipped by the producer",
            "c1:s1-3 c1:s7-8 c1:a8 c1:bye",
            .fail,
            ["lost m 4–6 never-sent"]
        ),
        LossCase(
            "dropped while there was no connection",
            "c1:s1-3 c1:a3 c1:x c2:s10-11 c2:bye",
            .fail,
            ["lost m 4–9 never-sent"]
        ),
        LossCase(
            "cut and never sent again",
            "c1:s1 c1:a1 c1:cut2@40 c1:x c2:s3 c2:a3 c2:bye",
            .fail,
            ["lost m 2 cut"]
        ),
        LossCase(
            "one stream of two",
            "c1:s1/a c1:s1/b c1:a1/a c1:w1/a c1:x c2:s2/a c2:s2/b c2:bye",
            .fail,
            ["lost m/b 1 in-flight"]
        ),
        LossCase(
            "from server to client",
            "c1:q1-3 c1:b2 c1:W2 c1:cx c2:q4 c2:b4 c2:bye",
            .fail,
            ["lost q 3 in-flight"]
        ),
        LossCase(
            "without numbers, in flight",
            "c1:u(one) c1:u(two) c1:w* c1:u(three) c1:x",
            .fail,
            ["lost in-flight", "unknown"]
        ),
    ]

    static let unknowable = [
        LossCase(
            "reached, not accepted, never sent again",
            "c1:s1-5 c1:a3 c1:r* c1:x c2:s6 c2:a6 c2:bye",
            .inconclusive,
            ["unknown m 4–5"]
        ),
        LossCase(
            "on the wire, never sent again",
            "c1:s1-5 c1:a3 c1:x c2:s6 c2:a6 c2:bye",
            .inconclusive,
            ["unknown m 4–5"]
        ),
        LossCase(
            "unknown on one connection, undelivered on the next",
            "c1:s1-2 c1:a1 c1:x c2:s2 c2:w0 c2:x",
            .inconclusive,
            ["unknown m 2"]
        ),
        LossCase("the capture ends first", "c1:s1-3 c1:a2", .inconclusive, ["unknown m 3"]),
        LossCase(
            "closed first by the receiver, which may not have read what its kernel had",
            "c1:s1-5 c1:a2 c1:r* c1:S c1:C c1:end",
            .inconclusive,
            ["unknown m 3–5"]
        ),
        LossCase(
            "met by the receiver's close frame",
            "c1:s1-2 c1:a2 c1:S c1:s3 c1:C c1:end",
            .inconclusive,
            ["unknown m 3"]
        ),
        LossCase("ended by the proxy", "c1:s1-2 c1:r* c1:shut", .inconclusive, ["unknown m 1–2"]),
        LossCase(
            "a hole that messages without members may fill",
            "c1:s1-2 c1:t(three) c1:s4-7 c1:t(hi) c1:s10-12 c1:a12 c1:bye",
            .inconclusive,
            ["unknown m 3", "unknown m 8–9"]
        ),
        LossCase(
            "a hole that is larger than they could fill",
            "c1:s1-2 c1:t(three) c1:s4-7 c1:t(hi) c1:s11-12 c1:a12 c1:bye",
            .fail,
            ["unknown m 3", "lost m 8–10 never-sent"]
        ),
        LossCase("no numbers", "c1:t(one) c1:t(two) c1:bye", .inconclusive),
        LossCase("a gap in the capture", "c1:s1 gap c1:s2 c1:a2 c1:bye", .inconclusive),
        LossCase(
            "a hole that may be in a gap of the capture",
            "c1:s1 gap c1:s3 c1:a3 c1:bye",
            .inconclusive,
            ["unknown m 2"]
        ),
        LossCase(
            "cut so early that nobody can tell",
            "c1:s1 c1:a1 c1:cut2@1 c1:x c2:s3 c2:a3 c2:bye",
            .fail,
            ["lost m 2 never-sent", "unknown cut"]
        ),
        LossCase(
            "cut, and nothing follows",
            "c1:s1 c1:a1 c1:cut2@9 c1:x",
            .inconclusive,
            ["unknown cut"]
        ),
        LossCase(
            "cut by the end of the capture",
            "c1:s1 c1:a1 c1:cut2@40",
            .inconclusive,
            ["unknown m 2 cut"]
        ),
        LossCase(
            "numbers that are no sequence",
            "c1:s5 c1:s90 c1:s17 c1:s60 c1:s200 c1:s150 c1:bye",
            .inconclusive
        ),
    ]

    @Test(arguments: clean) func `a clean run passes`(_ each: LossCase) {
        let verdict = verdict(each.history)
        #expect(verdict.outcome(.loss) == .pass)
        #expect(verdict.found(.loss) == [])
        #expect(verdict.outcome == .pass)
    }

    @Test(arguments: anomalies) func `each way of losing is found and named`(_ each: LossCase) {
        let verdict = verdict(each.history)
        #expect(verdict.found(.loss) == each.found)
        #expect(verdict.outcome(.loss) == each.outcome)
    }

    @Test(arguments: unknowable) func `what nobody can know is not passed`(_ each: LossCase) {
        let verdict = verdict(each.history)
        #expect(verdict.found(.loss) == each.found)
        #expect(verdict.outcome(.loss) == each.outcome)
    }

    @Test func `recovered messages are counted and are no finding`() {
        let verdict = verdict("c1:s1-4 c1:a1 c1:w2 c1:x c2:no c3:s2-5 c3:a5 c3:bye")
        #expect(verdict.figures.recoveredCount == 3)
        #expect(verdict.figures.deliveredCount == 5)
        #expect(verdict.figures.resentCount == 3)
        #expect(verdict.figures.refusedCount == 1)
    }

    @Test func `an acknowledgement covers only what was sent on its own connection`() {
        let verdict = verdict("c1:s1-3 c1:a1 c1:r* c1:x c2:s4 c2:a4 c2:bye")
        #expect(verdict.found(.loss) == ["unknown m 2–3"])
    }

    @Test func `messages accepted twice are counted as duplicates`() {
        let verdict = verdict("c1:s1-2 c1:a2 c1:x c2:s2-3 c2:a3 c2:bye")
        #expect(verdict.outcome == .pass)
        #expect(verdict.figures.duplicateCount == 1)
    }

    @Test func `a direction with nothing but acknowledgements is not judged`() {
        let verdict = verdict("c1:s1 c1:a1 c1:bye")
        #expect(verdict.detections.map(\.messageCount) == [1, 0])
        #expect(verdict.outcome(.loss) == .pass)
    }

    @Test func `an unfinished capture leaves open what could still be sent again`() {
        let history = "c1:s1-3 c1:a1 c1:w1 c1:x"
        #expect(verdict(history).found(.loss) == ["lost m 2–3 in-flight"])
        let unfinished = verdict(history, fileState: .unfinished(tornBytes: 0))
        #expect(unfinished.found(.loss) == ["unknown m 2–3 in-flight"])
        #expect(unfinished.exitClass == .inconclusive)
    }

    @Test func `a long connection without acknowledgements is judged whole`() {
        #expect(verdict("c1:s1-5000 c1:bye").figures.deliveredCount == 5000)
        #expect(verdict("c1:s1-5000 c1:r* c1:x").found(.loss) == ["unknown m 1–5000"])
        let late = verdict("c1:s1-5000 c1:a4999 c1:w4999 c1:x")
        #expect(late.found(.loss) == ["lost m 5000 in-flight"])
    }
}
