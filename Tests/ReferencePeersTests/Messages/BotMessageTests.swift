import ReferencePeers
import Testing

struct BotMessageTests {
    @Test
    func `type, symbol and sequence name the stream and the place in it`() throws {
        let text = #"{"type":"market_data","symbol":"BTCUSDT","sequence":42,"price":1.5}"#
        let message = try BotMessage(parsing: text.utf8)
        #expect(message.stream == StreamName(text: "market_data/BTCUSDT"))
        #expect(message.sequence == 42)
    }

    @Test
    func `symbol and sequence may be missing or null`() throws {
        let text = #"{"type":"system_status","symbol":null}"#
        let message = try BotMessage(parsing: text.utf8)
        #expect(message.stream == StreamName(text: "system_status"))
        #expect(message.sequence == nil)
    }

    struct Case: CustomTestStringConvertible {
        var text: String
        var refusal: BotMessage.Refusal
        var testDescription: String { "\(text.prefix(40))" }
    }

    @Test(arguments: [
        Case(text: "", refusal: .notJSON),
        Case(text: "hello", refusal: .notJSON),
        Case(text: #"{"type":"a""#, refusal: .notJSON),
        Case(text: "\u{FEFF}", refusal: .notJSON),
        Case(text: String(repeating: "[", count: 100_000), refusal: .notJSON),
        Case(text: "[]", refusal: .noType),
        Case(text: "7", refusal: .noType),
        Case(text: "null", refusal: .noType),
        Case(text: "{}", refusal: .noType),
        Case(text: #"{"type":null}"#, refusal: .noType),
        Case(text: #"{"type":7}"#, refusal: .noType),
        Case(text: #"{"type":"a","symbol":{}}"#, refusal: .badSymbol),
        Case(text: #"{"type":"a","sequence":"1"}"#, refusal: .badSequence),
        Case(text: #"{"type":"a","sequence":-1}"#, refusal: .badSequence),
        Case(text: #"{"type":"a","sequence":1.5}"#, refusal: .badSequence),
        Case(text: #"{"type":"a","sequence":18446744073709551616}"#, refusal: .badSequence),
    ])
    func `what cannot be accepted is refused with its reason`(_ row: Case) {
        #expect(throws: row.refusal) { try BotMessage(parsing: row.text.utf8) }
    }

    @Test
    func `bytes that are not UTF-8 are refused`() {
        let bytes = Array(#"{"type":""#.utf8) + [0xFF, 0xC0] + Array(#""}"#.utf8)
        #expect(throws: BotMessage.Refusal.self) { try BotMessage(parsing: bytes) }
    }
}
