import CaptureFormat
import Exports
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct MessageListingTests {
    private static let entries = HistoryBuilder.entries { run in
        run.open(c1, extensions: "permessage-deflate")
        let packed = DeflateBytes.stored(Array(#"{"type":"packed","n":7}"#.utf8))
        run.send(c1, .serverToClient, .text, packed, reservedBits: 4)
        run.send(c1, .clientToServer, .text, Array(#"{"type":"#.utf8), isFinal: false)
        run.send(c1, .clientToServer, .ping, [1])
        run.send(c1, .clientToServer, .continuation, Array(#""joined"}"#.utf8))
        run.end(c1, .fin)
    }

    @Test func `JSON is found in what was fragmented and compressed`() throws {
        let lines = try messages(Self.entries, filter("exists /type"), pointers: ["/type", "/n"])
        #expect(lines.map(\.reference.description) == ["c1←1", "c1→1"])
        #expect(lines[0].json.hasSuffix(#""pointers":{"/type":"packed","/n":7}}"#))
        #expect(lines[1].line(width: .max).hasSuffix(#"  /type="joined"  /n=–"#))
    }

    @Test func `Frames hold no JSON where messages were fragmented or compressed`() throws {
        #expect(try frames(Self.entries, filter("exists /type")).isEmpty)
    }

    @Test(arguments: [
        ("rsv1", ["c1←1"]), ("opcode == ping", ["c1→2"]), ("size == 17", ["c1→1"]),
        ("/n >= 7", ["c1←1"]), ("text contains 'joined'", ["c1→1"]), ("frame == 3", []),
        ("/type endswith 'ed' and connection == c1", ["c1←1", "c1→1"]),
    ])
    func `A query chooses messages`(query: String, references: [String]) throws {
        let lines = try messages(Self.entries, filter(query))
        #expect(lines.map(\.reference.description) == references)
    }
}
