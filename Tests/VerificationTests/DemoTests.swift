import TestKit
import Testing
import Verification

/// The two runs that the demo shows, as histories.
@Suite struct `The demo's two runs` {
    /// The dashboard is killed twice; the bot is told what was accepted and sends the rest again.
    static let resend = """
        c1:hello c1:s1/a c1:s1/b c1:a1/a c1:a1/b c1:s2-4/a c1:s2/b c1:a2/a c1:p c1:r3/a c1:w4/a c1:x \
        c2:no c3:no \
        c4:hello c4:s3-4/a c4:s2/b c4:s5/a c4:a5/a c4:a2/b c4:s3/b c4:cut6/a@30 c4:x \
        c5:no \
        c6:hello c6:s3/b c6:s6/a c6:a3/b c6:a6/a c6:s7/a c6:C c6:a7/a c6:S c6:end
        """

    /// The same, but the bot forgets what it has sent, and drops what it could not send.
    static let forget = """
        c1:hello c1:s1/a c1:s1/b c1:a1/a c1:a1/b c1:s2-4/a c1:s2/b c1:a2/a c1:r3/a c1:w4/a c1:x \
        c2:no c3:no \
        c4:hello c4:s8/a c4:s3/b c4:a8/a c4:a3/b c4:bye
        """

    @Test func `with resending everything is recovered and the run passes`() {
        let verdict = verdict(Self.resend)
        #expect(verdict.outcome == .pass)
        #expect(verdict.findings == [])
        #expect(verdict.figures.recoveredCount == 4)
        #expect(verdict.figures.refusedCount == 3)
        #expect(verdict.detections.first?.fields.scope == .typeAndPart)
    }

    @Test func `with fire and forget what is lost and what is unknown is named`() {
        let verdict = verdict(Self.forget)
        #expect(verdict.outcome == .fail)
        #expect(
            verdict.found(.loss).sorted() == [
                "lost m/a 5–7 never-sent", "lost m/b 2 in-flight", "unknown m/a 3–4",
            ]
        )
    }

    @Test func `the receiver's log settles the unknown ones`() {
        let received = lines("1/a 1/b 2/a 3/a 8/a 3/b")
        let verdict = verdict(Self.forget, received: received)
        #expect(
            verdict.found(.loss).sorted() == [
                "lost m/a 4 not-logged", "lost m/a 5–7 never-sent", "lost m/b 2 in-flight",
            ]
        )
    }
}
