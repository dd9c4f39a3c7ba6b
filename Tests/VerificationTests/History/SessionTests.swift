import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

@Suite struct `Sessions: who continues whom` {
    @Test func `clients that are connected together are told apart`() {
        let verdict = verdict(
            "c1:s1 c2:s1! c1:s2 c2:s2! c1:a2 c2:a2 c1:bye c2:bye"
        )
        #expect(verdict.outcome == .pass)
        #expect(verdict.figures.deliveredCount == 4)
    }

    @Test func `several clients that come back together are known by their numbers`() {
        let verdict = verdict(
            """
            c1:s1-3 c2:s41-44 c1:a1 c2:a41 c1:w1 c2:w44 c1:x c2:x \
            c3:s42-45 c4:s2-4 c3:a45 c4:a4 c3:bye c4:bye
            """
        )
        #expect(verdict.outcome == .pass)
        #expect(verdict.figures.recoveredCount == 5)
    }

    @Test func `a client that comes back before its old connection has ended is known`() {
        let verdict = verdict("c1:s1-3 c1:a2 c2:s3-4 c2:a4 c1:w2 c1:x c2:bye")
        #expect(verdict.outcome(.loss) == .pass)
        #expect(verdict.figures.deliveredCount == 4)
    }

    @Test func `clients that are connected when a capture begins are told apart`() {
        // As when the files before it were removed: neither is seen to open.
        var builder = HistoryBuilder()
        let (first, second) = (ConnectionID(rawValue: 1), ConnectionID(rawValue: 2))
        for connection in [first, second] { builder.open(connection) }
        for (connection, number) in [(first, 85), (second, 86), (first, 86), (second, 87)] {
            let text = #"{"type":"m","sequence":\#(number),"of":"\#(connection)"}"#
            builder.send(connection, .clientToServer, .text, Array(text.utf8))
        }
        for connection in [first, second] {
            builder.close(connection, .clientToServer)
            builder.close(connection, .serverToClient)
            builder.end(connection, .closeHandshake)
        }
        let entries = builder.entries.filter {
            switch $0.entry.record {
            case .opened, .handshake: false
            default: true
            }
        }
        let verdict = verdict(entries)
        #expect(verdict.outcome(.order) == .pass)
        #expect(verdict.found(.integrity) == [])
    }

    @Test func `a broadcast to several clients is a stream for each`() {
        let verdict = verdict("c1:q1-3 c2:q2-3 c1:q4 c2:q4 c1:b4 c2:b4 c1:bye c2:bye")
        #expect(verdict.outcome == .pass)
        #expect(verdict.figures.deliveredCount == 7)
    }

    @Test func `another path is another session`() {
        var builder = HistoryBuilder()
        for number in 1...2 as ClosedRange<UInt64> {
            let connection = ConnectionID(rawValue: number)
            builder.open(connection, target: "/path\(number)?token=\(number)")
            builder.send(
                connection,
                .clientToServer,
                .text,
                Array(History.text(number == 1 ? "1" : "9").utf8)
            )
            builder.close(connection, .clientToServer)
            builder.close(connection, .serverToClient)
            builder.end(connection, .closeHandshake)
        }
        #expect(verdict(builder.entries).outcome(.loss) == .pass)
    }
}
