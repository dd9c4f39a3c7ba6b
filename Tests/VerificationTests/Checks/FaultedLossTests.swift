import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

/// What a fault kept from going on is undelivered, and the finding names the fault.
@Suite struct FaultedLossTests {
    private static func recording(dropped: Bool, endedByFault: Bool = true) -> HistoryBuilder {
        var run = HistoryBuilder()
        let connection = ConnectionID(rawValue: 1)
        run.open(connection)
        run.add(.faultChange(FaultChangeRecord(action: "added", fault: "swallow", type: "timeout")))
        for number in 1...3 {
            run.send(
                connection,
                .serverToClient,
                .text,
                Array(#"{"type":"m","sequence":\#(number)}"#.utf8)
            )
        }
        if dropped {
            run.add(
                .outcome(
                    OutcomeRecord(
                        connection: connection,
                        direction: .serverToClient,
                        kind: .undeliverable,
                        byteCount: 30,
                        cause: "swallow"
                    )
                )
            )
        }
        run.add(
            .closed(
                ClosedRecord(
                    connection: connection,
                    origin: endedByFault ? .proxy : .client,
                    cause: endedByFault ? .fault : .fin,
                    detail: endedByFault ? "swallow" : "",
                    downstream: LegProgress(),
                    upstream: LegProgress()
                )
            )
        )
        return run
    }

    @Test(arguments: [
        (true, "never went on to the client before the fault 'swallow' ended c1"),
        (false, "never went on to the client, because of the fault 'swallow', before c1 was ended"),
    ])
    func `a dropped message is lost, and the fault has done it`(
        endedByFault: Bool,
        words: String
    ) throws {
        let verdict = verdict(Self.recording(dropped: true, endedByFault: endedByFault).entries)
        #expect(verdict.outcome(.loss) == .fail)
        let finding = try #require(verdict[.loss]?.findings.held.first { $0.anomaly == .lost })
        #expect(finding.explanation.contains(words))
    }

    @Test func `without the outcome nobody can tell`() {
        #expect(verdict(Self.recording(dropped: false).entries).outcome(.loss) == .inconclusive)
    }

    @Test func `an orderly end accepts nothing that a fault still held`() {
        // The server's close frame was held, and the client's own came before it went on.
        func outcome(isHeld: Bool) -> Outcome? {
            var run = HistoryBuilder()
            let connection = ConnectionID(rawValue: 1)
            run.open(connection)
            run.send(connection, .serverToClient, .text, Array(#"{"type":"m","sequence":1}"#.utf8))
            run.send(connection, .serverToClient, .text, Array(#"{"type":"m","sequence":2}"#.utf8))
            run.close(connection, .serverToClient)
            run.close(connection, .clientToServer)
            if isHeld {
                run.add(
                    .held(
                        HeldRecord(
                            connection: connection,
                            direction: .serverToClient,
                            offset: 0,
                            byteCount: 10_000,
                            heldNanoseconds: 1,
                            cause: "slow"
                        )
                    )
                )
            }
            run.end(connection, .closeHandshake, by: .server)
            return verdict(run.entries).outcome(.loss)
        }
        #expect(outcome(isHeld: false) == .pass)
        #expect(outcome(isHeld: true) == .inconclusive)
    }
}
