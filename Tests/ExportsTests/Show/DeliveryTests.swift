import CaptureFormat
import Exports
import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// What is said about the way behind the proxy; each history sends two messages of 11 bytes.
struct DeliveryTests {
    private func outcome(
        of name: String = "c1→2",
        _ build: (inout HistoryBuilder) -> Void
    ) -> String {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.send(c1, .clientToServer, .text, Array("first".utf8), name: "1")
            run.send(c1, .clientToServer, .text, Array("other".utf8), name: "2")
            build(&run)
        }
        let lines = inspected(entries, named(name)).first?.split(separator: "\n") ?? []
        return String(lines.first { $0.hasPrefix("outcome") }?.dropFirst(11) ?? "")
    }

    @Test func `Acknowledged is had`() {
        let text = outcome { run in
            run.reach(c1, .clientToServer, through: "2")
            run.progress(c1)
            run.end(c1, .reset)
        }
        #expect(text == "forwarded as it came; the server's kernel had it by 12:00:00.004")
    }

    @Test(arguments: [(200, 11, true), (210, 1, true), (211, 11, false), (190, 10, false)])
    func `What a fault held is not forwarded as it came`(
        offset: ByteOffset,
        byteCount: UInt64,
        isConcerned: Bool
    ) {
        let text = outcome(of: "c1→1") { run in
            run.add(
                .held(
                    HeldRecord(
                        connection: c1,
                        direction: .clientToServer,
                        offset: offset,
                        byteCount: byteCount,
                        heldNanoseconds: 250_000_000,
                        cause: "slow"
                    )
                )
            )
            run.reach(c1, .clientToServer, through: "2")
            run.progress(c1)
        }
        let way = isConcerned ? "held for 250 ms by 'slow', then forwarded" : "forwarded as it came"
        #expect(text.hasPrefix("\(way); the server's kernel had it by"))
    }

    @Test(arguments: [
        (RewriteRecord.Kind.dropped, "dropped by 'f': it never went on to the server"),
        (.altered, "altered by 'f': 11 other bytes went on to the server"),
        (.deferred, "held back by 'f' while later ones went on, and never let go"),
        (.recoded, "the same message went on in 11 bytes of other frames, because of 'f'"),
    ])
    func `What a fault made of it is said`(kind: RewriteRecord.Kind, words: String) {
        let text = outcome { run in
            run.rewrite(c1, .clientToServer, kind, "2", by: "f")
            run.reach(c1, .clientToServer, through: "2")
            run.end(c1, .reset)
        }
        #expect(text == words)
    }

    @Test func `What was let go later went on all the same`() {
        let text = outcome(of: "c1→1") { run in
            run.rewrite(c1, .clientToServer, .deferred, "1", by: "f")
            run.rewrite(c1, .clientToServer, .late, "1", by: "f")
            run.end(c1, .reset)
        }
        #expect(text == "held back by 'f' while later ones went on, then forwarded")
    }

    @Test func `Behind what was dropped the kernel's figures count fewer bytes`() {
        let text = outcome { run in
            run.rewrite(c1, .clientToServer, .dropped, "1", by: "f")
            run.reach(c1, .clientToServer, through: "2")
            run.progress(c1)
        }
        #expect(text.hasPrefix("forwarded as it came; the server's kernel had it by"))
    }

    @Test func `What an earlier progress left open, the end decides`() {
        let text = outcome { run in
            run.reach(c1, .clientToServer, through: "1")
            run.progress(c1)
            run.reach(c1, .clientToServer, through: "2")
            run.end(c1, .reset)
        }
        #expect(text == "forwarded as it came; the server's kernel had it by 12:00:00.005")
    }

    @Test func `Never on the wire is not had`() {
        let text = outcome { run in
            run.reach(c1, .clientToServer, through: "1")
            run.write(c1, .clientToServer, through: "1")
            run.end(c1, .reset)
        }
        #expect(text.hasPrefix("taken by this machine's kernel, and not all of it was on the wire"))
    }

    @Test func `On the wire and not acknowledged is unknown`() {
        let text = outcome { run in
            run.reach(c1, .clientToServer, through: "1")
            run.end(c1, .reset)
        }
        #expect(text.hasSuffix("had not acknowledged it: nobody can tell"))
    }

    @Test(arguments: [(11, 11), (12, 11), (22, 11), (10, 10), (1, 1)])
    func `What could not be forwarded is told to the byte`(withheld: UInt64, concerned: UInt64) {
        let text = outcome { run in
            run.add(
                .outcome(
                    OutcomeRecord(
                        connection: c1,
                        direction: .clientToServer,
                        kind: .undeliverable,
                        byteCount: withheld,
                        cause: "reset"
                    )
                )
            )
            run.end(c1, .reset)
        }
        #expect(text == "its last \(concerned) bytes were not forwarded: reset")
    }

    @Test func `Bytes that were not forwarded behind a frame do not concern it`() {
        let text = outcome(of: "c1→1") { run in
            run.add(
                .outcome(
                    OutcomeRecord(
                        connection: c1,
                        direction: .clientToServer,
                        kind: .undeliverable,
                        byteCount: 11,
                        cause: "reset"
                    )
                )
            )
            run.reach(c1, .clientToServer, through: "1")
            run.end(c1, .reset)
        }
        #expect(text.hasPrefix("forwarded as it came"))
    }

    @Test func `A capture that ends too early leaves it open`() {
        #expect(outcome { _ in }.contains("the capture ends before it says"))
    }
}
