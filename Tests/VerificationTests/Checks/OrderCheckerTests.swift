import Testing
import Verification

@Suite struct `OrderChecker: what in order means` {
    @Test(arguments: [
        "c1:s1-5 c1:a5 c1:x",
        "c1:s1-5 c1:bye",
        "c1:s1-4 c1:a2 c1:w2 c1:x c2:s3-6 c2:a6 c2:bye",
        "c1:s1-4 c1:a2 c1:r* c1:x c2:s2-6 c2:a6 c2:bye",
        "c1:s2/a c1:s1/b c1:s3/a c1:s2/b c1:bye",
        "c1:s1-3 c1:a3 c1:cx c2:s1! c2:s2! c2:a2 c2:bye",
        "c1:s1-2 c1:s5-6 c1:bye",
    ])
    func `streams in order pass`(_ history: String) {
        #expect(verdict(history).found(.order) == [])
        #expect(verdict(history).outcome(.order) == .pass)
    }

    @Test(arguments: [
        ("c1:s1-2 c1:s4 c1:s3 c1:s5 c1:bye", ["reordered m 4"]),
        ("c1:s1 c1:s3-5 c1:s2 c1:s6 c1:bye", ["reordered m 2"]),
        ("c1:s5 c1:s1-4 c1:s6 c1:bye", ["reordered m 5"]),
        ("c1:s1-2 c1:a1 c1:w1 c1:x c2:s3-4 c2:s2 c2:a4 c2:bye", ["reordered m 2"]),
        ("c1:q1 c1:q3 c1:q2 c1:bye c2:q4 c2:bye", ["reordered q 3"]),
        ("c1:s1-9/a c1:s1-9/b c1:s11/a c1:s10/a c1:s12/a c1:bye", ["reordered m/a 11"]),
    ])
    func `the smallest displaced set is reported`(_ history: String, _ found: [String]) {
        #expect(verdict(history).found(.order).sorted() == found)
        #expect(verdict(history).outcome(.order) == .fail)
    }

    @Test func `a number whose first delivery is unknown leaves the order open`() {
        let verdict = verdict("c1:s1-2 c1:a1 c1:r* c1:x c2:s3-4 c2:s2 c2:a4 c2:bye")
        #expect(verdict.outcome(.order) == .inconclusive)
        #expect(verdict.found(.order) == [])
        #expect(verdict[.order]?.reasons.first?.contains("m 2") == true)
    }

    @Test func `without numbers there is no order to keep`() {
        #expect(verdict("c1:t(b) c1:t(a) c1:bye").outcome(.order) == .notApplicable)
    }

    @Test func `the receiver's log tells the order in which it accepted`() {
        let history = "c1:s1-4 c1:a4 c1:bye"
        let inOrder = verdict(history, received: lines("1-4"))
        #expect(inOrder.outcome(.order) == .pass)
        let swapped = verdict(history, received: lines("1-2 4 3"))
        #expect(swapped.found(.order) == ["reordered m 4"])
    }
}
