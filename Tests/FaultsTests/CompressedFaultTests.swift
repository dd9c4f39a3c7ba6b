import Faults
import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// Faults on messages where they are compressed (RFC 7692): the receiver's decoder keeps working.
@Suite struct CompressedFaultTests {
    private static let agreed = ExtensionAgreement(deflate: DeflateParameters())
    private static let agreedAlone = ExtensionAgreement(
        deflate: DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
    )

    /// A message that looks like those before it, so that takeover really is used.
    private static func text(_ number: Int) -> [UInt8] {
        Array(
            """
            {"type":"\(number % 7 == 0 ? "trade_execution" : "price")","sequence":\(number),\
            "symbol":"BTC-USD","price":\(64000 + number * 37 % 500),"venue":"somewhere"}
            """.utf8
        )
    }

    private static func inflater(_ agreement: ExtensionAgreement) throws -> Inflater {
        try Inflater(
            windowBits: 15,
            keepsContext: agreement.deflate?.serverNoContextTakeover == false,
            messageBytesMax: 1 << 20
        )
    }

    @Test(arguments: [true, false], [Direction.serverToClient, .clientToServer])
    func `ten thousand messages, some dropped, delayed and altered: the rest arrives exactly`(
        keepsContext: Bool,
        direction: Direction
    ) throws {
        let agreement = keepsContext ? Self.agreed : Self.agreedAlone
        var book = MessageBook(
            [
                try MessageBook.fault(
                    "ws_drop",
                    ["match_type": .text("trade_execution"), "every_n": .integer(3)]
                ),
                try MessageBook.fault(
                    "ws_delay",
                    [
                        "delay": .integer(5), "reorder": .truth(true), "every_n": .integer(11),
                        "skip": .integer(100),
                    ]
                ),
                try MessageBook.fault(
                    "ws_corrupt",
                    ["mode": .text("truncate"), "every_n": .integer(13), "skip": .integer(500)]
                ),
            ],
            direction,
            agreement: agreement
        )
        let deflater = Deflater(keepsContext: keepsContext)
        let count = 10_000
        for number in 0..<count {
            book.bytes(
                book.frame(.text, deflater.message(Self.text(number)), reservedBits: 4)
            )
            if number % 3 == 0 { book.run(until: book.milliseconds + 1) }
        }
        book.run(until: book.milliseconds + 100)
        let messages = try book.messages(inflater: Self.inflater(agreement))
        #expect(book.rebuilt() == book.sent)
        let dropped = book.rewrites.filter { $0.kind == .dropped }.count
        let altered = book.rewrites.filter { $0.kind == .altered }.count
        let late = book.rewrites.filter { $0.kind == .late }.count
        // Every seventh message is a trade, and every third of those is dropped.
        #expect(dropped == (count + 6) / 7 / 3)
        #expect(altered > 600)
        #expect(late > 700)
        #expect(messages.count == count - dropped)
        // What was not altered is exactly what was sent.
        let originals = Set((0..<count).map { Self.text($0) })
        let intact = messages.filter { originals.contains($0.payload) }
        #expect(intact.count == messages.count - altered)
        #expect(Set(intact.map(\.payload)).count == intact.count)
    }

    @Test func `before the first touched message nothing is encoded anew, and after it all`() throws
    {
        var book = MessageBook(
            [try MessageBook.fault("ws_drop", ["skip": .integer(5), "count": .integer(1)])],
            agreement: Self.agreed
        )
        let deflater = Deflater(keepsContext: true)
        for number in 0..<10 {
            book.bytes(
                book.frame(.text, deflater.message(Self.text(number)), reservedBits: 4)
            )
        }
        #expect(book.kinds == [.dropped, .recoded, .recoded, .recoded, .recoded])
        let messages = try book.messages(inflater: Self.inflater(Self.agreed))
        #expect(messages.map(\.payload) == [0, 1, 2, 3, 4, 6, 7, 8, 9].map { Self.text($0) })
    }

    @Test func `without takeover the others stay as they came`() throws {
        var book = MessageBook(
            [try MessageBook.fault("ws_drop", ["skip": .integer(5), "count": .integer(1)])],
            agreement: Self.agreedAlone
        )
        let deflater = Deflater(keepsContext: false)
        for number in 0..<10 {
            book.bytes(
                book.frame(.text, deflater.message(Self.text(number)), reservedBits: 4)
            )
        }
        #expect(book.kinds == [.dropped])
        #expect(try book.messages(inflater: Self.inflater(Self.agreedAlone)).count == 9)
    }

    @Test func `a fault that comes later can read what refers to earlier messages`() throws {
        var book = MessageBook(agreement: Self.agreed)
        let deflater = Deflater(keepsContext: true)
        for number in 0..<20 {
            if number == 10 {
                #expect(book.sent == book.received)
                book.add(
                    try MessageBook.fault("ws_drop", ["match_type": .text("trade_execution")])
                )
            }
            book.bytes(
                book.frame(.text, deflater.message(Self.text(number)), reservedBits: 4)
            )
        }
        let messages = try book.messages(inflater: Self.inflater(Self.agreed))
        #expect(messages.map(\.payload) == (0..<20).filter { $0 != 14 }.map { Self.text($0) })
        book.removeAll()
        // The receiver's window has missed a message for good.
        book.bytes(book.frame(.text, deflater.message(Self.text(20)), reservedBits: 4))
        #expect(
            try book.messages(inflater: Self.inflater(Self.agreed)).last?.payload == Self.text(20)
        )
    }

    @Test func `duplicates and fragments leave the receiver's window as it was`() throws {
        var book = MessageBook(
            [
                try MessageBook.fault("ws_duplicate", ["every_n": .integer(2)]),
                try MessageBook.fault("ws_fragment", ["size": .integer(9)]),
            ],
            agreement: Self.agreed
        )
        let deflater = Deflater(keepsContext: true)
        for number in 0..<10 {
            book.bytes(
                book.frame(.text, deflater.message(Self.text(number)), reservedBits: 4)
            )
        }
        let messages = try book.messages(inflater: Self.inflater(Self.agreed))
        #expect(
            messages.map(\.payload)
                == (0..<10).flatMap {
                    [[UInt8]](repeating: Self.text($0), count: $0 % 2 == 1 ? 2 : 1)
                }
        )
        #expect(book.rebuilt() == book.sent)
    }

    @Test func `told to leave compressed messages alone, faults do, and it is said once`() throws {
        var book = MessageBook(
            [try MessageBook.fault("ws_drop")],
            agreement: Self.agreed,
            touchesCompressed: false
        )
        let deflater = Deflater(keepsContext: true)
        for number in 0..<5 {
            book.bytes(
                book.frame(.text, deflater.message(Self.text(number)), reservedBits: 4)
            )
        }
        #expect(book.sent == book.received)
        #expect(
            book.story == ["0 unmatched 0 'ws_drop-1' cannot touch compressed messages here"]
        )
        // Those that came without compression are fair game.
        book.texts("plain")
        #expect(book.kinds == [.dropped])
    }

    @Test func `what cannot be inflated goes on as it came`() throws {
        var book = MessageBook([try MessageBook.fault("ws_drop")], agreement: Self.agreed)
        book.bytes(book.frame(.text, [0xFF, 0xFF, 0xFF], reservedBits: 4))
        let deflater = Deflater(keepsContext: true)
        book.bytes(book.frame(.text, deflater.message(Self.text(1)), reservedBits: 4))
        #expect(book.sent == book.received)
        #expect(book.rewrites == [])
    }

    @Test func `a receiver that has missed a message never gets one that it cannot read`() throws {
        var book = MessageBook(
            [try MessageBook.fault("ws_drop", ["count": .integer(1)])],
            agreement: Self.agreed,
            heldByteCountMax: 4096
        )
        let deflater = Deflater(keepsContext: true)
        book.bytes(book.frame(.text, deflater.message(Self.text(1)), reservedBits: 4))
        // Few bytes on the wire, and more than the buffer takes when they are inflated.
        let bomb = deflater.message([UInt8](repeating: 0x41, count: 100_000))
        book.bytes(book.frame(.text, bomb, reservedBits: 4))
        #expect(book.sent.isEmpty)
        #expect(book.story.last == "0 close ws_drop-1")
    }

    @Test func `an extension that nobody knows keeps its messages`() throws {
        var book = MessageBook(
            [try MessageBook.fault("ws_drop")],
            agreement: ExtensionAgreement(deflate: nil, others: ["x-counted"])
        )
        book.texts("a", "b")
        #expect(book.sent == book.received)
    }
}
