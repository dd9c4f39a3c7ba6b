import Dissection
import Reassembly
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct DissectionTests {
    @Test func `An upgrade and what follows it become records`() {
        var wire = Wire.upgraded()
        wire.sendText(.first, "hello")
        wire.sendText(.second, "hi")
        wire.close()
        let heard = Overheard(wire.passed)
        #expect(heard.frames == ["c1 → #1  TEXT [5 B]  hello", "c1 ← #1  TEXT [2 B]  hi"])
        #expect(
            heard.records == [
                "c1 downstream 10.0.0.2:8000 10.0.0.1:40000",
                "c1 upstream 10.0.0.1:40000 10.0.0.2:8000", "c1 101 /ws", "c1 fin by client",
            ]
        )
    }

    @Test func `Heads in single bytes and frames behind the answer are found`() {
        var wire = Wire()
        wire.connect()
        for byte in Wire.request() { wire.send(.first, [byte]) }
        wire.send(.second, Wire.accept() + Wire.text(.second, "first"))
        wire.close()
        let heard = Overheard(wire.passed)
        #expect(heard.frames == ["c1 ← #1  TEXT [5 B]  first"])
        #expect(heard.records.contains("c1 101 /ws"))
    }

    @Test func `Frames that a client sends before the answer are frames`() {
        var wire = Wire()
        wire.connect()
        wire.send(.first, Wire.request() + Wire.text(.first, "early"))
        wire.send(.second, Wire.accept())
        wire.sendText(.first, "later")
        let heard = Overheard(wire.passed)
        #expect(
            heard.frames == ["c1 → #1  TEXT [5 B]  early", "c1 → #2  TEXT [5 B]  later"]
        )
    }

    @Test func `Requests before the upgrade are followed`() {
        var wire = Wire()
        wire.connect()
        wire.send(.first, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody")
        wire.send(.second, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        wire.send(.first, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        wire.send(.first, Wire.request())
        wire.send(.second, "0\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
        wire.send(.second, Wire.accept())
        wire.sendText(.second, "hi")
        wire.close()
        let heard = Overheard(wire.passed)
        #expect(heard.frames == ["c1 ← #1  TEXT [2 B]  hi"])
        #expect(heard.records.contains("c1 101 /ws"))
    }

    @Test func `A refused upgrade is recorded, and another may follow on the connection`() {
        var wire = Wire()
        wire.connect()
        wire.send(.first, Wire.request(path: "/no"))
        wire.send(.second, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        wire.send(.first, Wire.request(path: "/yes"))
        wire.send(.second, Wire.accept())
        wire.sendText(.first, "hi")
        let heard = Overheard(wire.passed)
        #expect(
            heard.records.filter { $0.hasPrefix("c1 4") || $0.hasPrefix("c1 1") } == [
                "c1 403 /no", "c1 101 /yes",
            ]
        )
        #expect(heard.frames == ["c1 → #1  TEXT [2 B]  hi"])
    }

    @Test func `An answer that was captured before its request waits for it`() {
        var wire = Wire.upgraded()
        wire.sendText(.second, "hi")
        wire.passed.swapAt(3, 4)
        let heard = Overheard(wire.passed)
        #expect(heard.frames == ["c1 ← #1  TEXT [2 B]  hi"])
        #expect(heard.records.contains("c1 101 /ws"))
    }

    // MARK: - Gaps

    @Test func `A gap inside a payload loses one frame`() {
        var wire = Wire.upgraded()
        let frame = FrameBytes.frame(.binary, [UInt8](repeating: 7, count: 300))
        wire.send(.second, Array(frame.prefix(100)))
        wire.lose(.second, byteCount: 50)
        wire.send(.second, Array(frame.suffix(154)))
        wire.sendText(.second, "after")
        wire.acknowledge(.second)
        let heard = Overheard(wire.passed)
        #expect(
            heard.frames == [
                "c1 ← #1  BINARY [250 of 300 B, cut]", "c1 ← #2  TEXT [5 B]  after",
            ]
        )
        #expect(heard.records.contains("c1←1 50 bytes missing"))
        #expect(!heard.records.contains { $0.contains("unframed") })
    }

    @Test func `Behind a gap between frames reading goes on where a frame certainly begins`() {
        var wire = Wire.upgraded()
        wire.sendText(.second, "before")
        wire.lose(.second, byteCount: 500)
        let tail = [UInt8](repeating: 0x41, count: 40)
        wire.send(
            .second,
            tail + Wire.text(.second, #"{"type":"trade","sequence":7,"price":64250}"#)
        )
        wire.sendText(.second, #"{"type":"trade","sequence":8}"#)
        wire.acknowledge(.second)
        let heard = Overheard(wire.passed)
        #expect(
            heard.frames == [
                "c1 ← #1  TEXT [6 B]  before",
                #"c1 ← #3  TEXT [43 B]  {"type":"trade","sequence":7,"price":64250}"#,
                #"c1 ← #4  TEXT [29 B]  {"type":"trade","sequence":8}"#,
            ]
        )
        #expect(heard.records.contains("c1← 40 unframed"))
        #expect(heard.records.contains("c1←2 500 bytes missing"))
    }

    @Test func `Where no frame certainly begins the rest is said to be unread`() {
        var wire = Wire.upgraded()
        wire.sendText(.second, "before")
        wire.lose(.second, byteCount: 500)
        var dice = SeededGenerator(seed: 4)
        let noise = dice.bytes(3000).map { $0 | 0x30 }
        wire.send(.second, noise)
        wire.acknowledge(.second)
        wire.close()
        let heard = Overheard(wire.passed)
        #expect(heard.frames == ["c1 ← #1  TEXT [6 B]  before"])
        #expect(heard.records.contains("c1← 3000 unframed"))
    }

    @Test func `Zeros are no frames`() {
        var wire = Wire.upgraded()
        wire.lose(.second, byteCount: 10)
        wire.send(.second, [UInt8](repeating: 0, count: 4000))
        wire.acknowledge(.second)
        #expect(Overheard(wire.passed).frames.isEmpty)
    }

    @Test func `An answer that was lost does not hide the frames behind it`() {
        var wire = Wire()
        wire.connect()
        wire.send(.first, Wire.request())
        wire.lose(.second, byteCount: 129)
        wire.sendText(.second, #"{"type":"welcome","text":"here you are"}"#)
        wire.sendText(.first, #"{"type":"hello","sequence":1}"#)
        wire.sendText(.second, #"{"type":"ack","last_sequence":1}"#)
        wire.acknowledge(.second)
        wire.acknowledge(.first)
        wire.close()
        let heard = Overheard(wire.passed)
        #expect(
            heard.frames.map { String($0.prefix(20)) }.sorted()
                == [
                    "c1 → #1  TEXT [29 B]", "c1 ← #2  TEXT [40 B]", "c1 ← #3  TEXT [32 B]",
                ].sorted()
        )
        #expect(heard.records.contains("c1 resumed"))
    }

    @Test func `A request that was lost does not hide a server that says much at once`() {
        var wire = Wire()
        wire.connect()
        wire.lose(.first, byteCount: 160)
        wire.send(.second, Wire.accept())
        let text = String(repeating: "x", count: 1000)
        for _ in 0..<80 { wire.sendText(.second, text) }
        wire.sendText(.first, "{}")
        wire.close()
        let heard = Overheard(wire.passed)
        #expect(heard.frames.count { $0.hasPrefix("c1 ←") } == 80)
        #expect(heard.records.contains("c1 101 "))
        #expect(heard.records.contains("c1→1 160 bytes missing"))
    }

    @Test func `A tap that sees the client alone shows what it sends`() {
        var wire = Wire.upgraded()
        for number in 0..<100 {
            wire.sendText(.first, String(repeating: "\(number % 10)", count: 900))
        }
        wire.close()
        let seen = wire.passed.filter { $0.segment.source.port == 40_000 }
        let heard = Overheard(seen)
        #expect(heard.frames.count == 100)
        #expect(!heard.records.contains { $0.contains("opaque") })
    }

    @Test func `A tap that sees the server alone shows what it sends`() {
        var wire = Wire.upgraded()
        for number in 0..<100 {
            wire.sendText(.second, String(repeating: "\(number % 10)", count: 900))
        }
        wire.close()
        let seen = wire.passed.filter { $0.segment.source.port == 8000 }
        #expect(Overheard(seen).frames.count == 100)
    }

    // MARK: - Without a beginning

    /// Frames of both sides, the upgrade unseen.
    private func midway(skipping count: Int = 5) -> [Wire.Passed] {
        var wire = Wire.upgraded()
        wire.sendText(.first, #"{"type":"market_data","sequence":1}"#)
        wire.sendText(.second, #"{"type":"ack","last_sequence":1}"#)
        wire.sendText(.first, #"{"type":"market_data","sequence":2}"#)
        wire.close()
        return Array(wire.passed.dropFirst(count))
    }

    @Test func `Frames without an upgrade are recognised`() {
        let heard = Overheard(midway())
        #expect(heard.frames.count == 3)
        #expect(heard.frames.first == #"c1 → #1  TEXT [35 B]  {"type":"market_data","sequence":1}"#)
        #expect(heard.records.contains("c1 resumed"))
        #expect(
            heard.notes.contains { $0.hasPrefix("1 connection whose upgrade is not in the file") }
        )
    }

    @Test func `Who masks is the client, also when the server was seen first`() {
        let heard = Overheard(midway(skipping: 6))
        #expect(heard.frames.map { String($0.prefix(4)) } == ["c1 ←", "c1 →"])
        #expect(heard.records.first == "c1 downstream 10.0.0.2:8000 10.0.0.1:40000")
    }

    @Test func `Other protocols are not taken for WebSocket`() {
        for text in ["SSH-2.0-OpenSSH_9.2\r\n", "* OK IMAP4 ready\r\n", "\u{1}\u{2}\u{3}"] {
            var wire = Wire()
            wire.connect()
            wire.send(.second, text)
            wire.send(.first, "A1 LOGIN a b\r\n")
            wire.close()
            for skipped in [0, 3] {
                let heard = Overheard(Array(wire.passed.dropFirst(skipped)))
                #expect(heard.figures.connectionCount == 0, "\(text)")
            }
        }
    }

    @Test func `A server is believed to speak WebSocket when somebody says so`() {
        var wire = Wire()
        wire.connect()
        wire.send(.first, FrameBytes.frame(.binary, [1, 2, 3], maskKey: 9))
        wire.send(.second, FrameBytes.frame(.binary, [4]))
        wire.close()
        #expect(Overheard(wire.passed).frames.isEmpty)
        let options = DissectionOptions(assumedServers: [.init(host: "10.0.0.2", port: 8000)])
        let heard = Overheard(wire.passed, options: options)
        #expect(heard.frames.sorted() == ["c1 ← #1  BINARY [1 B]", "c1 → #1  BINARY [3 B]"])
    }

    // MARK: - What is no plain WebSocket

    @Test func `TLS is said to be TLS, with advice`() {
        var wire = Wire(serverPort: 443)
        wire.connect()
        wire.send(.first, [0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
        wire.close()
        for skipped in [0, 3] {
            let heard = Overheard(Array(wire.passed.dropFirst(skipped)))
            #expect(
                heard.notes.contains {
                    $0.hasPrefix("1 stream of TLS (10.0.0.2:443): what is inside cannot be read.")
                }
            )
        }
    }

    @Test func `HTTP/2 and other streams are counted`() {
        var wire = Wire()
        wire.connect()
        wire.send(.first, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        let heard = Overheard(wire.passed)
        #expect(heard.notes.first == "0 packets with 1 TCP stream: 1 HTTP/2.")
    }

    @Test(arguments: [
        Array("PROXY TCP4 192.0.2.1 192.0.2.2 5000 8000\r\n".utf8),
        [
            0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0,
            12,
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
        ],
    ])
    func `A PROXY protocol header before the request is passed over`(header: [UInt8]) {
        for cut in [0, 5, header.count] {
            var wire = Wire()
            wire.connect()
            wire.send(.first, Array(header.prefix(cut)))
            wire.send(.first, Array(header.dropFirst(cut)) + Wire.request())
            wire.send(.second, Wire.accept())
            wire.sendText(.first, "hi")
            #expect(Overheard(wire.passed).frames == ["c1 → #1  TEXT [2 B]  hi"], "\(cut)")
        }
    }

    @Test func `Bytes that were sent again with another content are told of`() {
        var wire = Wire.upgraded()
        let offset = wire.sentByteCount(.second)
        wire.sendText(.second, "true")
        wire.send(.second, Wire.text(.second, "liar"), at: offset)
        let heard = Overheard(wire.passed)
        #expect(heard.frames == ["c1 ← #1  TEXT [4 B]  true"])
        #expect(heard.notes.contains { $0.contains("again with another content") })
    }

    // MARK: - Two legs

    @Test func `Both legs of a proxy are one connection, and each message counts once`() {
        let heard = Overheard(interleaved(forwarding: 3))
        #expect(
            heard.frames == [
                "c1 → #1  TEXT [9 B]  message 1", "c1 → #2  TEXT [9 B]  message 2",
                "c1 → #3  TEXT [9 B]  message 3", "c1 ← #1  TEXT [6 B]  answer",
            ]
        )
        #expect(heard.figures.connectionCount == 1)
        #expect(heard.figures.proxiedCount == 1)
        #expect(
            heard.records.prefix(3) == [
                "c1 downstream 10.0.0.2:8000 10.0.0.1:40000",
                "c1 upstream 10.0.0.1:40000 10.0.0.2:8000",
                "c1 upstream 10.0.0.1:50000 10.0.0.2:9000",
            ]
        )
        #expect(!heard.notes.contains { $0.contains("different bytes") })
    }

    @Test func `A proxy that changes bytes is told of`() {
        let heard = Overheard(interleaved(forwarding: 3, altering: true))
        #expect(heard.notes.contains { $0.hasPrefix("c1 →: the two legs carry different bytes") })
    }

    @Test func `One connection before and behind an address translation is one`() {
        let inside = Wire.upgraded().passed
        let translated = inside.map { item in
            var copy = item
            let outside = SocketAddress(IPAddress(v4: 0xC000_0201), port: 40_000)
            if copy.segment.source.port == 40_000 { copy.segment.source = outside }
            if copy.segment.target.port == 40_000 { copy.segment.target = outside }
            return copy
        }
        let heard = Overheard(zip(inside, translated).flatMap { [$0, $1] })
        #expect(heard.figures.connectionCount == 1)
    }

    @Test func `The same key at one server is no second leg`() {
        var first = Wire(clientPort: 40_000)
        var second = Wire(clientPort: 40_001, initial: (2000, 6000))
        first.connect()
        first.send(.first, Wire.request())
        second.connect()
        second.send(.first, Wire.request())
        let heard = Overheard(first.passed + second.passed)
        #expect(heard.figures.connectionCount == 2)
    }

    /// Two wires as a proxy moves bytes from one to the other.
    private func interleaved(forwarding: Int, altering: Bool = false) -> [Wire.Passed] {
        var near = Wire(clientPort: 40_000, serverPort: 8000)
        var far = Wire(clientPort: 50_000, serverPort: 9000)
        var passed: [Wire.Passed] = []
        func take(_ wire: inout Wire) {
            passed += wire.passed
            wire.passed = []
        }
        near.connect()
        near.send(.first, Wire.request())
        take(&near)
        far.connect()
        far.send(.first, Wire.request())
        far.send(.second, Wire.accept())
        take(&far)
        near.send(.second, Wire.accept())
        take(&near)
        for number in 1...3 {
            near.sendText(.first, "message \(number)")
            take(&near)
            guard number <= forwarding else { continue }
            far.sendText(.first, altering ? "massage \(number)" : "message \(number)")
            far.acknowledge(.first)
            take(&far)
        }
        far.sendText(.second, "answer")
        take(&far)
        near.sendText(.second, "answer")
        near.close()
        take(&near)
        far.close()
        take(&far)
        return passed
    }
}
