import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

/// What faults on messages did in the middle of a stream decides what was delivered.
@Suite struct RewrittenLossTests {
    @Test(arguments: [
        LossCase(
            "a later acknowledgement accepts nothing that was dropped",
            "c1:s1-2 c1:drop2 c1:s3 c1:a3 c1:bye",
            .fail,
            ["lost m 2 fault-dropped"]
        ),
        LossCase(
            "an orderly end neither",
            "c1:s1-2 c1:drop2 c1:s3 c1:bye",
            .fail,
            ["lost m 2 fault-dropped"]
        ),
        LossCase(
            "dropped and sent again on the same connection",
            "c1:s1-2 c1:drop2 c1:s3 c1:s2 c1:a3 c1:bye",
            .pass
        ),
        LossCase(
            "dropped and sent again on the next",
            "c1:s1-2 c1:drop2 c1:s3 c1:a1 c1:r* c1:x c2:s2-3 c2:a3 c2:bye",
            .pass
        ),
        LossCase(
            "altered: what was sent never arrived",
            "c1:s1-2 c1:alter2 c1:s3 c1:a3 c1:bye",
            .fail,
            ["lost m 2 fault-altered"]
        ),
        LossCase(
            "held back and never let go",
            "c1:s1-3 c1:defer2 c1:a3 c1:bye",
            .fail,
            ["lost m 2 fault-dropped"]
        ),
        LossCase(
            "held back and let go: nothing is lost",
            "c1:s1-2 c1:defer2 c1:s3 c1:late2 c1:s4 c1:a4 c1:bye",
            .pass
        ),
        LossCase(
            "the kernel's figures count what was sent, not what came",
            "c1:s1-2 c1:drop2 c1:s3-4 c1:r3 c1:w3 c1:a1 c1:x c2:s2-4 c2:a3 c2:x",
            .inconclusive,
            ["unknown m 4"]
        ),
        LossCase(
            "several in a row, and the other direction",
            "c1:q1-5 c1:Drop2-4 c1:q6 c1:b6 c1:bye",
            .fail,
            ["lost q 2–4 fault-dropped"]
        ),
        LossCase(
            "two streams",
            "c1:s1/a c1:s1/b c1:s2/a c1:drop2/a c1:s2/b c1:a2/a c1:a2/b c1:bye",
            .fail,
            ["lost m/a 2 fault-dropped"]
        ),
    ])
    func `what was withheld is not delivered, whatever comes later`(_ test: LossCase) {
        let verdict = verdict(test.history)
        #expect(verdict.outcome(.loss) == test.outcome)
        #expect(verdict.found(.loss) == test.found)
    }

    @Test func `the finding names the fault`() throws {
        let verdict = verdict("c1:s1-2 c1:drop2 c1:s3 c1:a3 c1:bye")
        let finding = try #require(verdict[.loss]?.findings.held.first)
        #expect(
            finding.explanation.contains("and the fault 'f' dropped it. It was not sent again.")
        )
        #expect(finding.proof.first?.frame == 2)
    }

    @Test func `what was held back is out of order, because of the fault`() throws {
        let verdict = verdict("c1:s1-2 c1:defer2 c1:s3 c1:late2 c1:s4 c1:a4 c1:bye")
        #expect(verdict.found(.order) == ["reordered m 3"])
        let finding = try #require(verdict[.order]?.findings.held.first)
        #expect(finding.explanation.contains("the fault 'f' held it back"))
    }

    @Test func `an unknown kind among a stream's records leaves the verdict open`() {
        var run = HistoryBuilder()
        let connection = ConnectionID(rawValue: 1)
        run.open(connection)
        run.add(.unknown(schema: "wscap.v1.Stream field 9"))
        run.send(connection, .clientToServer, .text, Array(#"{"type":"m","sequence":1}"#.utf8))
        run.close(connection, .clientToServer)
        run.close(connection, .serverToClient)
        run.end(connection, .closeHandshake, by: .client)
        #expect(verdict(run.entries).outcome(.loss) == .inconclusive)
        #expect(verdict(run.entries).outcome(.capture) == .inconclusive)
    }
}
