import CaptureFormat
import Exports
import Queries
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct InspectorTests {
    private static let entries = HistoryBuilder.entries { run in
        run.open(c1)
        run.open(c2)
        for number in 1...4 {
            run.text(c1, .clientToServer, #"{"n":\#(number)}"#)
            run.text(c2, .clientToServer, "other \(number)")
            run.text(c1, .serverToClient, #"{"ack":\#(number)}"#)
        }
        run.reach(c1, .clientToServer, through: nil)
        run.progress(c1)
        run.add(.gap(GapRecord(from: run.now, through: run.now, byteCount: 9, reason: "disk full")))
        run.text(c1, .clientToServer, #"{"n":5}"#)
        run.end(c1, .reset)
        run.text(c2, .clientToServer, "still here")
        run.end(c2, .fin)
    }

    /// The lines of a timeline without their times.
    private func timeline(_ text: String) -> [String] {
        let lines = text.split(separator: "\n").map(String.init)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("Around it") }) else { return [] }
        return lines[(start + 1)...].map { String($0.prefix(2)) + String($0.dropFirst(16)) }
    }

    @Test func `A frame is found by its name`() {
        let found = inspected(Self.entries, named("c1→3"))
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("c1→3  TEXT\n"))
        #expect(found[0].contains("\n  {\n    \"n\": 3\n  }\n"))
        #expect(inspected(Self.entries, named("c1→6")).isEmpty)
        #expect(inspected(Self.entries, named("c3→1")).isEmpty)
    }

    @Test func `The timeline stays on the connection, in both directions, with its events`() {
        let found = inspected(Self.entries, named("c1→4")) { $0.context = 3 }
        #expect(
            timeline(found[0]) == [
                #"  c1 ← #2  TEXT [9 B]  {"ack":2}"#, #"  c1 → #3  TEXT [7 B]  {"n":3}"#,
                #"  c1 ← #3  TEXT [9 B]  {"ack":3}"#, #"▶ c1 → #4  TEXT [7 B]  {"n":4}"#,
                #"  c1 ← #4  TEXT [9 B]  {"ack":4}"#,
                "  c1 · PROGRESS  → 252 of 252 B acknowledged; ← 150 of 194 B acknowledged",
                timeline(found[0])[6],
            ]
        )
        #expect(timeline(found[0])[6].hasPrefix("  all · GAP  0 frames not recorded"))
        #expect(timeline(found[0]).count == 7)
    }

    @Test(arguments: [0, 1, 2, 5, 100])
    func `As many lines stand around it as were asked for, or as there are`(count: Int) {
        let found = inspected(Self.entries, named("c1→1")) { $0.context = count }
        // OPENED and HANDSHAKE come before it, 11 events after it.
        let lines = count == 0 ? 0 : min(count, 2) + 1 + min(count, 11)
        #expect(timeline(found[0]).count == lines)
    }

    @Test func `The first matches of a query are found, in their order`() throws {
        let target = Inspector.Target.filter(try filter("/n > 1 or text startswith 'other 2'"))
        let found = inspected(Self.entries, target) { $0.countMax = 3 }
        #expect(found.map { String($0.prefix { $0 != " " }) } == ["c1→2", "c2→2", "c1→3"])
        let none = Inspector.Target.filter(try filter("/n > 9"))
        #expect(inspected(Self.entries, none).isEmpty)
    }

    @Test func `Reading ends as soon as all is told`() {
        var inspector = Inspector(named("c1→1"), Inspector.Wish())
        var count = 0
        for recorded in Self.entries where !inspector.isDone {
            _ = inspector.take(recorded.entry, bytes: recorded.bytes.span.bytes)
            count += 1
        }
        #expect(count < Self.entries.count)
    }

    @Test func `The message of any of its frames is found`() {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.send(c1, .clientToServer, .text, Array(#"{"a":"#.utf8), isFinal: false)
            run.send(c1, .clientToServer, .ping, [7])
            run.send(c1, .clientToServer, .continuation, Array("[1,".utf8), isFinal: false)
            run.send(c1, .clientToServer, .continuation, Array("2]}".utf8))
            run.end(c1, .fin)
        }
        for name in ["c1→1", "c1→3", "c1→4"] {
            let found = inspected(entries, named(name)) { $0.forMessages = true }
            #expect(found.count == 1, "\(name)")
            #expect(found.first?.hasPrefix("c1→1–4, 4 frames  TEXT message\n") == true, "\(name)")
            #expect(found.first?.contains("Head of #4, 6 bytes") == true)
            #expect(found.first?.contains("Head of #2") == false)
        }
        let ping = inspected(entries, named("c1→2")) { $0.forMessages = true }
        #expect(ping.first?.hasPrefix("c1→2  PING message\n") == true)
    }

    @Test func `A compressed message is shown inflated`() {
        let entries = HistoryBuilder.entries { run in
            run.open(c1, extensions: "permessage-deflate")
            let packed = DeflateBytes.stored(Array("some text".utf8))
            run.send(c1, .clientToServer, .text, packed, reservedBits: 4)
            run.end(c1, .fin)
        }
        let message = inspected(entries, named("c1→1")) { $0.forMessages = true }
        #expect(message[0].contains("Payload, 9 bytes, text\n  some text\n"))
        #expect(message[0].contains("15 bytes on the wire, 9 inflated"))
        #expect(
            inspected(entries, named("c1→1"))[0].contains("--messages shows the message inflated")
        )
    }

    @Test func `A payload beyond the limit is truncated and says so`() {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.text(c1, .clientToServer, "0123456789")
        }
        for (limit, shown) in [(9, "012345678"), (10, "0123456789"), (11, "0123456789")] {
            let found = inspected(entries, named("c1→1")) { $0.payloadByteCountMax = limit }
            #expect(found[0].contains("Payload, 10 bytes, text\n  \(shown)\n"))
            #expect(found[0].contains("truncated, 1 B more") == (limit == 9))
        }
    }

    @Test func `A cut frame is found when the connection ends`() {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            let bytes = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 7)
            run.raw(c1, .clientToServer, Array(bytes.dropLast(2)), isWhole: false)
            run.end(c1, .reset)
        }
        let found = inspected(entries, named("c1→1"))
        #expect(found[0].contains("Payload, 3 bytes, text, of 5 that the head announces"))
        #expect(found[0].contains("the connection or the capture ended before the frame did"))
    }

    @Test func `Nothing is left of connections that ended`() throws {
        var inspector = Inspector(.filter(try filter("text == 'never'")), Inspector.Wish())
        for number in 1...1000 {
            let connection = ConnectionID(rawValue: UInt64(number))
            let entries = HistoryBuilder.entries { run in
                run.open(connection)
                run.text(connection, .clientToServer, "x")
                run.end(connection, .fin)
            }
            for recorded in entries {
                #expect(
                    inspector.take(recorded.entry, bytes: recorded.bytes.span.bytes).isEmpty
                )
            }
        }
        #expect(inspector.finish().isEmpty)
    }
}
