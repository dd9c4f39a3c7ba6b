import Faults
import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// What each fault on messages does to messages that come one after another.
@Suite struct MessageFaultTests {
    @Test func `without faults nothing is held, changed or said`() throws {
        var book = MessageBook()
        book.texts("a", "b")
        #expect(book.sent == book.received)
        #expect(book.rewrites == [])
        #expect(book.chain.isIdle)
    }

    @Test func `ws_drop takes messages out whole, and control frames between fragments go on`()
        throws
    {
        var book = MessageBook([try MessageBook.fault("ws_drop", ["count": .integer(2)])])
        book.bytes(book.frame(.text, Array("one ".utf8), isFinal: false))
        book.bytes(book.frame(.ping, Array("alive".utf8)))
        book.bytes(book.frame(.continuation, Array("message".utf8)))
        book.texts("two", "three")
        let messages = try book.messages()
        #expect(messages.map(\.opcode) == [.ping, .text])
        #expect(messages.map(\.text) == ["alive", "three"])
        #expect(book.kinds == [.dropped, .dropped])
        #expect(book.rewrites.map(\.cause) == ["ws_drop-1", "ws_drop-1"])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `ws_delay holds, keeps the order, and says who held`() throws {
        var book = MessageBook([
            try MessageBook.fault(
                "ws_delay",
                ["delay": .integer(100), "match_regex": .text("^slow")]
            )
        ])
        book.texts("fast", "slow", "behind")
        #expect(try book.texts() == ["fast"])
        book.run(until: 99)
        #expect(try book.texts() == ["fast"])
        book.run(until: 100)
        #expect(try book.texts() == ["fast", "slow", "behind"])
        #expect(book.sent == book.received)
        #expect(book.rewrites == [])
        #expect(book.sentTimes == [0, 100, 100])
    }

    @Test func `ws_delay with reorder lets others overtake, and the capture can be rebuilt`()
        throws
    {
        var book = MessageBook([
            try MessageBook.fault(
                "ws_delay",
                [
                    "delay": .integer(100), "reorder": .truth(true),
                    "match_regex": .text("^slow"),
                ]
            )
        ])
        book.texts("one", "slow 1", "two")
        book.run(until: 50)
        book.texts("slow 2", "three")
        book.run(until: 1000)
        book.texts("four")
        #expect(try book.texts() == ["one", "two", "three", "slow 1", "slow 2", "four"])
        #expect(book.kinds == [.deferred, .deferred, .late, .late])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `nothing that is held back is left behind a close frame`() throws {
        for (type, attributes) in [
            ("ws_delay", ["delay": AttributeValue.integer(50), "reorder": .truth(true)]),
            ("ws_reorder", ["window": .integer(9)]),
            ("ws_ping", ["what": .text("pong"), "delay": .integer(50)]),
        ] {
            var book = MessageBook([try MessageBook.fault(type, attributes)])
            book.texts("held")
            book.bytes(book.frame(.pong, []))
            book.bytes(book.frame(.close, [3, 232]))
            book.run(until: 2000)
            #expect(try book.messages().last?.opcode == .close)
            #expect(try book.messages().count == 3)
            #expect(book.rebuilt() == book.sent)
        }
    }

    @Test func `nothing goes on behind a close frame`() throws {
        for (type, attributes) in [
            ("ws_delay", ["delay": AttributeValue.integer(50), "control": .text("pass")]),
            ("ws_duplicate", ["delay": .integer(50)]),
            ("ws_inject", ["interval": .integer(30), "text": .text("ghost")]),
        ] {
            var book = MessageBook([try MessageBook.fault(type, attributes)])
            book.texts("last words")
            book.bytes(book.frame(.close, [3, 232]))
            book.run(until: 2000)
            #expect(try book.messages().map(\.opcode) == [.text, .close])
            #expect(book.rebuilt() == book.sent)
        }
    }

    @Test func `a fault sees what one before it has made of a message`() throws {
        var book = MessageBook([
            try MessageBook.fault("ws_corrupt", ["mode": .text("truncate"), "bytes": .integer(4)]),
            try MessageBook.fault("ws_duplicate"),
            try MessageBook.fault("ws_drop", ["match_regex": .text("tail$")]),
        ])
        book.texts("head tail")
        #expect(try book.texts() == ["head ", "head "])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `the same attributes again are a budget for all connections`() throws {
        let drop = try MessageBook.fault("ws_drop", ["count": .integer(1)])
        var book = MessageBook([drop])
        book.texts("a", "b")
        book.update(try drop.with([:]))
        book.texts("c", "d")
        #expect(try book.texts() == ["b", "d"])
    }

    @Test func `by the clock, toxicity is drawn for each time`() throws {
        var book = MessageBook(
            [try MessageBook.fault("ws_inject", ["interval": .integer(10), "text": .text("x")])],
            toxicity: 0
        )
        book.run(until: 1000)
        #expect(book.sent.isEmpty)
    }

    @Test func `ws_delay lets control frames pass when it is told to`() throws {
        for control in ["hold", "pass"] {
            var book = MessageBook([
                try MessageBook.fault(
                    "ws_delay",
                    ["delay": .integer(100), "control": .text(control)]
                )
            ])
            book.texts("slow")
            book.bytes(book.frame(.ping, []))
            book.run(until: 99)
            let early = try book.messages().map(\.opcode)
            #expect(early == (control == "pass" ? [.ping] : []))
            book.run(until: 100)
            #expect(try book.messages().count == 2)
            #expect(book.rebuilt() == book.sent)
        }
    }

    @Test(arguments: ["uniform", "normal", "pareto"])
    func `delays are spread as they say`(distribution: String) throws {
        var book = MessageBook([
            try MessageBook.fault(
                "ws_delay",
                [
                    "delay": .integer(1000), "jitter": .integer(100), "reorder": .truth(true),
                    "distribution": .text(distribution),
                ]
            )
        ])
        for number in 0..<1000 { book.texts("\(number)") }
        book.run(until: 100_000)
        let times = book.sentTimes.map { Double($0) }
        #expect(times.count == 1000)
        let mean = times.reduce(0, +) / 1000
        switch distribution {
        case "uniform":
            #expect(times.allSatisfy { (900...1101).contains($0) })
            #expect((985...1015).contains(mean))
        case "normal":
            #expect((985...1015).contains(mean))
            let inside = times.filter { (900...1100).contains($0) }.count
            // 68 % lie within one standard deviation.
            #expect((620...740).contains(inside))
        default:
            #expect(times.allSatisfy { $0 >= 1000 })
            #expect((1030...1070).contains(mean))
        }
        #expect(Set(try book.texts()).count == 1000)
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `ws_duplicate sends copies, at once or later`() throws {
        var book = MessageBook([
            try MessageBook.fault(
                "ws_duplicate",
                ["copies": .integer(2), "match_regex": .text("^twin")]
            )
        ])
        book.texts("a", "twin", "b")
        #expect(try book.texts() == ["a", "twin", "twin", "twin", "b"])
        #expect(book.kinds == [.duplicated, .duplicated])
        #expect(book.rewrites.map(\.origin) == [3, 3])
        #expect(book.rebuilt() == book.sent)

        book = MessageBook([try MessageBook.fault("ws_duplicate", ["delay": .integer(10)])])
        book.texts("a")
        book.run(until: 5)
        book.texts("b")
        book.run(until: 20)
        #expect(try book.texts() == ["a", "b", "a", "b"])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `ws_reorder lets a window of later messages overtake`() throws {
        var book = MessageBook([
            try MessageBook.fault(
                "ws_reorder",
                ["window": .integer(2), "match_regex": .text("^late"), "count": .integer(1)]
            )
        ])
        book.texts("a", "late", "b", "c", "d", "late 2")
        #expect(try book.texts() == ["a", "b", "c", "late", "d", "late 2"])
        #expect(book.kinds == [.deferred, .late])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `ws_reorder waits no longer than it may`() throws {
        var book = MessageBook([
            try MessageBook.fault("ws_reorder", ["window": .integer(5), "hold": .integer(30)])
        ])
        book.texts("a")
        book.run(until: 29)
        #expect(book.sent.isEmpty)
        book.run(until: 30)
        #expect(try book.texts() == ["a"])
        // Nothing has overtaken it, so nothing was reordered.
        #expect(book.rewrites == [])
    }

    @Test(arguments: [Direction.clientToServer, .serverToClient])
    func `ws_corrupt damages payloads and no frame`(direction: Direction) throws {
        for mode in ["flip", "truncate", "replace"] {
            var book = MessageBook(
                [
                    try MessageBook.fault(
                        "ws_corrupt",
                        ["mode": .text(mode), "bytes": .integer(3)]
                    )
                ],
                direction
            )
            book.texts("0123456789")
            let message = try #require(try book.messages().first)
            switch mode {
            case "truncate": #expect(message.text == "0123456")
            default:
                let differing = zip(message.payload, "0123456789".utf8).filter { $0 != $1 }
                #expect(message.payload.count == 10)
                #expect(differing.count == 3)
            }
            #expect(book.kinds == [.altered])
            #expect(book.rebuilt() == book.sent)
        }
    }

    @Test(arguments: [Direction.clientToServer, .serverToClient])
    func `ws_inject adds messages behind others`(direction: Direction) throws {
        var book = MessageBook(
            [
                try MessageBook.fault(
                    "ws_inject",
                    ["text": .text("ghost"), "skip": .integer(1), "count": .integer(1)]
                )
            ],
            direction
        )
        book.texts("a", "b", "c")
        #expect(try book.texts() == ["a", "b", "ghost", "c"])
        #expect(book.kinds == [.inserted])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `ws_inject adds messages by the clock, and never inside another`() throws {
        var book = MessageBook([
            try MessageBook.fault(
                "ws_inject",
                [
                    "base64": .text("AAEC"), "interval": .integer(10), "count": .integer(3),
                ]
            )
        ])
        book.bytes(book.frame(.text, Array("half ".utf8), isFinal: false))
        book.run(until: 15)
        // The message passes as it comes, and nothing may come between its frames.
        #expect(book.sent == book.received)
        book.bytes(book.frame(.continuation, Array("whole".utf8)))
        book.run(until: 100)
        let messages = try book.messages()
        #expect(messages.map(\.opcode) == [.text, .binary, .binary, .binary])
        #expect(messages.dropFirst().allSatisfy { $0.payload == [0, 1, 2] })
        #expect(book.rebuilt() == book.sent)
    }

    @Test(arguments: [Direction.clientToServer, .serverToClient])
    func `ws_close puts a close frame in place of a message and ends`(direction: Direction) throws {
        var book = MessageBook(
            [
                try MessageBook.fault(
                    "ws_close",
                    [
                        "code": .integer(1011), "reason": .text("gone"), "skip": .integer(1),
                        "handshake": .integer(250),
                    ]
                )
            ],
            direction
        )
        book.texts("a", "b", "c")
        let messages = try book.messages()
        #expect(messages.map(\.opcode) == [.text, .close])
        #expect(messages.last?.payload == [0x03, 0xF3] + Array("gone".utf8))
        #expect(
            book.story.first == "0 \(Cut.closeHandshake(wait: .milliseconds(250))) ws_close-1"
        )
        #expect(book.isExplained())
    }

    @Test func `ws_cut ends within a message`() throws {
        for (how, cut) in [("fin", Cut.close), ("reset", .reset)] {
            var book = MessageBook([
                try MessageBook.fault(
                    "ws_cut",
                    ["how": .text(how), "bytes": .integer(4), "skip": .integer(1)]
                )
            ])
            book.texts("first", "second")
            #expect(book.sent == Array(book.received.prefix(7 + 4)))
            #expect(book.story == ["0 \(cut) ws_cut-1"])
            #expect(book.isExplained())
        }
    }

    @Test func `a black hole swallows everything, also the end, until it is taken away`() throws {
        var book = MessageBook([
            try MessageBook.fault("ws_cut", ["how": .text("blackhole"), "skip": .integer(1)])
        ])
        book.texts("first", "second")
        #expect(try book.texts() == ["first"])
        #expect(book.story == [])
        book.texts("third")
        book.end()
        #expect(book.story == ["0 dropped 7 ws_cut-1"])
        book.removeAll()
        // What was swallowed is missing: the connection cannot go on.
        #expect(book.story.last == "0 close ws_cut-1")
    }

    @Test func `ws_ping swallows or delays pings and pongs alone`() throws {
        var book = MessageBook([try MessageBook.fault("ws_ping", ["what": .text("ping")])])
        book.bytes(book.frame(.ping, [1]) + book.frame(.pong, [2]) + book.frame(.text, [0x41]))
        #expect(try book.messages().map(\.opcode) == [.pong, .text])
        #expect(book.rebuilt() == book.sent)

        book = MessageBook([
            try MessageBook.fault("ws_ping", ["what": .text("pong"), "delay": .integer(40)])
        ])
        book.bytes(book.frame(.ping, [1]) + book.frame(.pong, [2]) + book.frame(.text, [0x41]))
        #expect(try book.messages().map(\.opcode) == [.ping, .text])
        book.run(until: 40)
        #expect(try book.messages().map(\.opcode) == [.ping, .text, .pong])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `ws_fragment cuts messages into frames`() throws {
        var book = MessageBook([try MessageBook.fault("ws_fragment", ["size": .integer(4)])])
        book.texts("0123456789", "ab", "")
        let messages = try book.messages()
        #expect(messages.map(\.text) == ["0123456789", "ab", ""])
        #expect(messages.map(\.frameCount) == [3, 1, 1])
        #expect(book.kinds == [.recoded, .recoded, .recoded])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `faults stand one behind the other, and what one has dropped the next never sees`()
        throws
    {
        var book = MessageBook([
            try MessageBook.fault("ws_drop", ["every_n": .integer(2)]),
            try MessageBook.fault("ws_duplicate", ["count": .integer(1)]),
            try MessageBook.fault("ws_delay", ["delay": .integer(10)]),
        ])
        book.texts("a", "b", "c", "d")
        book.run(until: 100)
        #expect(try book.texts() == ["a", "a", "c"])
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `faults on bytes come behind those on messages, and delays add up`() throws {
        var book = MessageBook([
            try MessageBook.fault("latency", ["latency": .integer(50)]),
            try MessageBook.fault("ws_delay", ["delay": .integer(100)]),
        ])
        book.texts("a")
        book.run(until: 149)
        #expect(book.sent.isEmpty)
        book.run(until: 150)
        #expect(try book.texts() == ["a"])
    }
}
