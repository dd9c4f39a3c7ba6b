import Faults
import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// Which messages are touched, how often, and what of a message that cannot be held.
@Suite struct SelectionTests {
    private struct Case: CustomTestStringConvertible {
        var attributes: [String: AttributeValue]
        var kept: [String]
        var testDescription: String { "\(attributes)" }
    }

    private static let messages = [
        #"{"type":"price","symbol":"BTC","n":1}"#,
        #"{"type":"trade_execution","symbol":"BTC","n":2,"open":true}"#,
        #"{"type":"trade_execution","symbol":"ETH","n":3}"#,
        "no JSON at all",
        #"{"type":"price","symbol":"ETH","n":5,"deep":{"a/b":[0,"x"]}}"#,
    ]

    private static let cases: [Case] = [
        Case(attributes: ["match_type": .text("trade_execution")], kept: pick(0, 3, 4)),
        Case(attributes: ["match_json": .text("/symbol=ETH")], kept: pick(0, 1, 3)),
        Case(attributes: ["match_json": .text("/n=5")], kept: pick(0, 1, 2, 3)),
        Case(attributes: ["match_json": .text("/open=true")], kept: pick(0, 2, 3, 4)),
        Case(attributes: ["match_json": .text("/deep/a~1b/1=x")], kept: pick(0, 1, 2, 3)),
        Case(attributes: ["match_regex": .text("\"n\":[23]")], kept: pick(0, 3, 4)),
        Case(attributes: ["match_regex": .text("^no ")], kept: pick(0, 1, 2, 4)),
        Case(attributes: ["match_min_bytes": .integer(50)], kept: pick(0, 2, 3)),
        Case(attributes: ["match_min_bytes": .integer(59)], kept: pick(0, 2, 3)),
        Case(attributes: ["match_min_bytes": .integer(60)], kept: pick(0, 1, 2, 3)),
        Case(attributes: ["match_opcode": .text("binary")], kept: pick(0, 1, 2, 3, 4)),
        Case(attributes: ["match_opcode": .text("binary,text")], kept: []),
        Case(attributes: ["path": .text("/ws")], kept: []),
        Case(attributes: ["path": .text("/other")], kept: pick(0, 1, 2, 3, 4)),
        Case(attributes: ["connection": .integer(1)], kept: []),
        Case(attributes: ["connection": .integer(2)], kept: pick(0, 1, 2, 3, 4)),
        Case(attributes: ["skip": .integer(3)], kept: pick(0, 1, 2)),
        Case(attributes: ["count": .integer(2)], kept: pick(2, 3, 4)),
        Case(attributes: ["every_n": .integer(2)], kept: pick(0, 2, 4)),
        Case(
            attributes: [
                "skip": .integer(1), "every_n": .integer(2), "count": .integer(1),
            ],
            kept: pick(0, 1, 3, 4)
        ),
        Case(
            attributes: ["match_type": .text("price"), "match_json": .text("/symbol=BTC")],
            kept: pick(1, 2, 3, 4)
        ),
    ]

    private static func pick(_ places: Int...) -> [String] { places.map { messages[$0] } }

    @Test(arguments: cases)
    private func `messages are chosen by what they are, and how many came before`(
        _ test: Case
    ) throws {
        for direction in Direction.allCases {
            var book = MessageBook([try MessageBook.fault("ws_drop", test.attributes)], direction)
            for message in Self.messages { book.texts(message) }
            #expect(try book.texts() == test.kept)
            #expect(book.rebuilt() == book.sent)
        }
    }

    @Test func `a path is compared without its query`() throws {
        var book = MessageBook(
            [try MessageBook.fault("ws_drop", ["path": .text("/api/feed")])],
            path: "/api/feed?token=1"
        )
        book.texts("a")
        #expect(book.sent.isEmpty)
    }

    @Test func `for_ms ends it`() throws {
        var book = MessageBook([try MessageBook.fault("ws_drop", ["for_ms": .integer(100)])])
        book.texts("a")
        book.run(until: 99)
        book.texts("b")
        book.run(until: 100)
        book.texts("c")
        #expect(try book.texts() == ["c"])
    }

    @Test func `toxicity is drawn for each message, and the same seed draws the same`() throws {
        func kept(_ seed: UInt64, toxicity: Float) throws -> [String] {
            var book = MessageBook(
                [try MessageBook.fault("ws_drop")],
                toxicity: toxicity,
                seed: seed
            )
            for number in 0..<1000 { book.texts("\(number)") }
            return try book.texts()
        }
        let some = try kept(7, toxicity: 0.3)
        #expect((630...770).contains(some.count))
        #expect(try kept(7, toxicity: 0.3) == some)
        #expect(try kept(8, toxicity: 0.3) != some)
        #expect(try kept(7, toxicity: 0).count == 1000)
        #expect(try kept(7, toxicity: 1).isEmpty)
        // More toxicity adds messages and lets none go that were touched.
        #expect(Set(try kept(7, toxicity: 0.6)).isSubset(of: some))
    }

    @Test(arguments: ["ws_drop", "ws_delay", "ws_corrupt", "ws_reorder", "ws_duplicate"])
    func `however the bytes are cut, the same is done to the same messages`(type: String) throws {
        func run(_ buffers: [[UInt8]], _ direction: Direction) throws -> [ReceivedMessage] {
            var book = MessageBook(
                [
                    try MessageBook.fault(
                        type,
                        ["every_n": .integer(2), "delay": .integer(5), "hold": .integer(50)]
                    )
                ],
                direction
            )
            for buffer in buffers { book.bytes(buffer) }
            book.run(until: 1000)
            #expect(book.rebuilt() == book.sent)
            return try book.messages()
        }
        for direction in Direction.allCases {
            let maker = MessageBook([], direction)
            let stream =
                maker.frame(.text, Array("first".utf8))
                + maker.frame(.text, Array("se".utf8), isFinal: false)
                + maker.frame(.ping, [9])
                + maker.frame(.continuation, Array("cond".utf8))
                + maker.frame(.binary, [UInt8](repeating: 7, count: 130))
                + maker.frame(.pong, []) + maker.frame(.text, [])
            let expected = try run([stream], direction)
            for way in DripFeed.ways(stream) {
                #expect(try run(way, direction) == expected)
            }
        }
    }

    @Test(arguments: [-1, 0, 1])
    func `a message that is larger than the buffer goes on as it comes, and that is said`(
        beyond: Int
    ) throws {
        let limit = 4096
        var book = MessageBook([try MessageBook.fault("ws_drop")], heldByteCountMax: limit)
        // Two bytes of length follow the two of the head.
        let payload = [UInt8](repeating: 1, count: limit - 4 + beyond)
        let frame = book.frame(.binary, payload)
        #expect(frame.count == limit + beyond)
        book.bytes(Array(frame.prefix(1000)))
        #expect(book.sent.isEmpty)
        book.bytes(Array(frame.dropFirst(1000)))
        if beyond > 0 {
            #expect(book.sent == frame)
            #expect(book.story == ["0 unmatched 0 larger than the fault buffer"])
        } else {
            #expect(book.sent.isEmpty)
            #expect(book.kinds == [.dropped])
        }
        book.texts("next")
        #expect(book.kinds.last == .dropped)
    }

    @Test func `a message that has begun when the fault comes is not touched`() throws {
        var book = MessageBook([try MessageBook.fault("ws_drop", ["match_type": .text("none")])])
        book.removeAll()
        #expect(book.chain.isIdle)
        var late = MessageBook()
        late.bytes(late.frame(.text, Array("began ".utf8), isFinal: false))
        #expect(late.sent == late.received)
    }

    @Test func `bytes that cannot be framed go on, and everything behind them`() throws {
        var book = MessageBook([try MessageBook.fault("ws_drop")])
        book.texts("dropped")
        let wrong: [UInt8] = [0x82, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 1, 2, 3]
        book.bytes(wrong)
        book.bytes([4, 5])
        #expect(book.sent == wrong + [4, 5])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `the end lets go what was not whole`() throws {
        var book = MessageBook([try MessageBook.fault("ws_drop")])
        let frame = book.frame(.text, Array("never whole".utf8))
        book.bytes(Array(frame.dropLast(3)))
        #expect(book.sent.isEmpty)
        book.end()
        #expect(book.sent == Array(frame.dropLast(3)))
        #expect(book.story == ["0 end"])
    }

    @Test(arguments: [
        ("ws_drop", "match_opcode", AttributeValue.text("texts")),
        ("ws_drop", "match_json", .text("symbol=BTC")),
        ("ws_drop", "match_json", .text("/symbol")),
        ("ws_drop", "match_regex", .text("(")),
        ("ws_drop", "match_regex", .text("(a)\\1")),
        ("ws_drop", "match_regex", .text("(a{40}){40}")),
        ("ws_drop", "match_regex", .text(String(repeating: "a", count: 257))),
        ("ws_drop", "skip", .integer(-1)),
        ("ws_delay", "delay", .integer(-1)),
        ("ws_delay", "delay", .integer(86_400_001)),
        ("ws_delay", "distribution", .text("cauchy")),
        ("ws_duplicate", "copies", .integer(0)),
        ("ws_reorder", "window", .integer(0)),
        ("ws_corrupt", "mode", .text("melt")),
        ("ws_inject", "base64", .text("===")),
        ("ws_close", "code", .integer(5000)),
        ("ws_close", "reason", .text(String(repeating: "x", count: 124))),
        ("ws_cut", "how", .text("gently")),
        ("ws_refuse", "status", .integer(200)),
        ("ws_ping", "what", .text("pang")),
        ("ws_fragment", "size", .integer(0)),
    ])
    func `what cannot be worked with is refused in one sentence that names it`(
        type: String,
        name: String,
        value: AttributeValue
    ) throws {
        let error = #expect(throws: FaultFlaw.self) { try MessageBook.fault(type, [name: value]) }
        #expect(error?.sentence.contains(name) == true)
        #expect(error?.sentence.hasSuffix(".") == false)
    }
}
