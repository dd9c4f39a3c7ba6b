import CaptureFormat
import Exports
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct FrameListingTests {
    private static let entries = HistoryBuilder.entries { run in
        run.open(c1)
        run.text(c1, .clientToServer, #"{"type":"trade","data":{"price":64250.00}}"#)
        run.text(c1, .serverToClient, #"{"type":"ack","n":1}"#)
        run.send(c1, .clientToServer, .binary, [0, 1, 2])
        run.raw(
            c1,
            .clientToServer,
            FrameBytes.frame(.text, Array(#"{"type":"split"}"#.utf8), maskKey: 0x0102_0304),
            cuts: [1, 9]
        )
        run.close(c1, .serverToClient)
        run.end(c1, .closeHandshake)
    }

    @Test(arguments: [
        ("/type == 'trade'", ["c1→1"]), ("exists /type", ["c1→1", "c1←1", "c1→3"]),
        ("not exists /type", ["c1→2", "c1←2"]), ("opcode == close", ["c1←2"]),
        ("masked", ["c1→1", "c1→2", "c1→3"]), ("parts > 1", ["c1→3"]),
        ("size < 4", ["c1→2", "c1←2"]),
        ("frame == 1 and direction == server-to-client", ["c1←1"]),
        ("text contains 'split'", ["c1→3"]),
        ("rsv1", []), ("fin and connection == c1 and /n == 1", ["c1←1"]), ("connection == c2", []),
        ("time >= 2026-11-22T12:00:00Z and opcode == binary", ["c1→2"]),
    ])
    func `A query chooses frames`(query: String, references: [String]) throws {
        let lines = try frames(Self.entries, filter(query))
        #expect(lines.map(\.reference.description) == references)
    }

    @Test func `Pointers stand beside each line and in its JSON`() throws {
        let lines = try frames(
            Self.entries,
            filter("frame == 1"),
            pointers: ["/type", "/data", "/data/price"]
        )
        #expect(
            lines.map { String($0.line(width: .max).drop { $0 != "[" }) } == [
                #"[42 B]  /type="trade"  /data={"price":64250.00}  /data/price=64250.00"#,
                #"[20 B]  /type="ack"  /data=–  /data/price=–"#,
            ]
        )
        #expect(
            lines[0].json.hasSuffix(
                #""pointers":{"/type":"trade","/data":{"price":64250.00},"/data/price":64250.00}}"#
            )
        )
        #expect(lines[1].json.hasSuffix(#""pointers":{"/type":"ack"}}"#))
    }

    @Test func `Long values give way to short ones`() throws {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            let long = String(repeating: "x", count: 500)
            run.text(c1, .clientToServer, #"{"a":"\#(long)","b":12345}"#)
        }
        let line = try frames(entries, pointers: ["/a", "/b"])[0].line(width: 80)
        #expect(line.count == 80)
        #expect(line.contains("x…  /b=12345"))
    }

    @Test func `What is inside a value must be JSON to be shown`() throws {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.text(c1, .clientToServer, #"{"a":[1 2],"b":{"x" 1},"c":[ 1 , {"y":"\u0041"} ]}"#)
        }
        let line = try frames(entries, pointers: ["/a", "/b", "/c"])[0]
        #expect(line.json.hasSuffix(#""pointers":{"/c":[1,{"y":"\u0041"}]}}"#))
    }

    @Test func `What a peer sent does not drive the terminal`() throws {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.text(c1, .clientToServer, "a\u{1B}[2Jb\r\nc\u{9B}d")
        }
        let line = try frames(entries)[0].line(width: .max)
        #expect(line.hasSuffix("a\u{FFFD}[2Jb  c\u{FFFD}d"))
    }

    @Test func `A frame that never ended is listed as cut`() throws {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            let bytes = FrameBytes.frame(.text, Array("hello".utf8), maskKey: 7)
            run.raw(c1, .clientToServer, Array(bytes.dropLast(2)), isWhole: false)
        }
        let line = try frames(entries)[0]
        #expect(!line.isComplete)
        #expect(line.line(width: .max).hasSuffix("TEXT [3 of 5 B, cut]  hel"))
    }
}

extension FrameListingTests {
    /// A frame's digest is taken on the way when more came than is held, and at the end otherwise;
    /// messages are always held, so theirs is a second opinion.
    @Test(arguments: [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
    func `The digest is of the whole payload, held or not`(count: Int) throws {
        var dice = SeededGenerator(seed: UInt64(count))
        let bytes = FrameBytes.frame(.binary, dice.bytes(count), maskKey: 0x0BAD_CAFE)
        for cuts in [[], [5], [700_001, 1_048_589]] {
            let entries = HistoryBuilder.entries { run in
                run.open(c1)
                run.raw(c1, .clientToServer, bytes, cuts: cuts.filter { $0 < bytes.count })
            }
            let sha256 = try frames(entries)[0].sha256
            #expect(sha256.count == 64)
            #expect(sha256 == (try messages(entries)[0].sha256))
        }
    }
}
