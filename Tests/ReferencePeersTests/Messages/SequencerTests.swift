import ReferencePeers
import Testing
import Vocabulary

struct SequencerTests {
    private func event(_ type: String, _ symbol: String) -> MarketEvent {
        MarketEvent(type: type, symbol: symbol, members: ["price": .integer(1)])
    }

    @Test
    func `each stream counts from 1 on its own`() {
        var sequencer = Sequencer()
        let messages = [("a", "X"), ("a", "Y"), ("a", "X"), ("b", "X"), ("a", "X")].map {
            sequencer.message(for: event($0.0, $0.1), at: .epoch)
        }
        #expect(messages.map(\.sequence) == [1, 1, 2, 1, 3])
        #expect(messages.map(\.number) == [1, 2, 3, 4, 5])
        #expect(messages.map(\.stream.text) == ["a/X", "a/Y", "a/X", "b/X", "a/X"])
        #expect(sequencer.published == 5)
    }

    @Test
    func `a message begins with type, timestamp, sequence and symbol`() {
        var sequencer = Sequencer()
        let time = Instant(nanoseconds: 1_700_000_000_123_999_999)
        let message = sequencer.message(for: event("market_data", "BTCUSDT"), at: time)
        #expect(
            message.text == """
                {"type":"market_data","timestamp":"2023-11-14T22:13:20.123Z","sequence":1,\
                "symbol":"BTCUSDT","price":1}
                """
        )
    }

    @Test(arguments: [
        ("trade_execution", Importance.priority), ("position_update", .priority),
        ("error", .priority), ("market_data", .ordinary), ("trading_decision", .ordinary),
    ])
    func `executions, positions and errors have priority`(type: String, expected: Importance) {
        #expect(Importance(messageType: type) == expected)
    }
}
