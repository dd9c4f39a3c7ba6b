import Reports
import TestKit
import Testing
import Verification

/// The verdict of a history.
func verdict(_ history: String, fileState: FileState = .sealed) -> Verdict {
    var verifier = Verifier()
    for recorded in History(history).entries {
        verifier.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    return verifier.finish(fileState: fileState)
}

@Suite struct `VerdictText: a verdict for people` {
    @Test func `show everything`() {
        print(VerdictText.render(verdict("c1:hello c1:s1-3 c1:a3 c1:bye"), source: "run.wscap"))
        print(
            VerdictText.render(
                verdict(
                    "c1:hello c1:s1-5/a c1:s1/b c1:a2/a c1:r3/a c1:w5/a c1:x c2:no c3:s8/a "
                        + "c3:a8/a c3:bye"
                ),
                source: "run.wscap"
            )
        )
        print(
            VerdictText.render(
                verdict("c1:s1-5 c1:a3 c1:r* c1:x c2:s6 c2:a6 c2:bye"),
                source: "run.wscap"
            )
        )
        print(VerdictJSON.render(verdict("c1:s1-2 c1:a1 c1:w1 c1:x"), source: "run.wscap"))
        var b = SummaryBuilder()
        for recorded in History("c1:hello c1:s1-3 c1:a3 c1:x c2:no c3:s4 c3:u(x) c3:bye gap c4:s1")
            .entries
        {
            b.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
        }
        let s = b.finish(fileState: .unfinished(tornBytes: 3))
        print(SummaryText.render(s, source: "run.wscap"))
        print(SummaryJSON.render(s, source: "run.wscap"))
    }
}
