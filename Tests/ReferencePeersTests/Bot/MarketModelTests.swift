import Foundation
import ReferencePeers
import Testing

struct MarketModelTests {
    private func events(seed: UInt64, count: Int) -> [MarketEvent] {
        var market = MarketModel(seed: seed)
        return (0..<count).map { _ in market.next() }
    }

    private func number(_ name: String, in event: MarketEvent) throws -> Double {
        let member = try #require(event.members.first { $0.name == name })
        return try #require(Double(member.value.text))
    }

    @Test
    func `the same seed tells the same story`() {
        #expect(events(seed: 7, count: 500) == events(seed: 7, count: 500))
        #expect(events(seed: 7, count: 500) != events(seed: 8, count: 500))
    }

    @Test
    func `all four types and three symbols appear`() {
        let events = events(seed: 1, count: 200)
        #expect(
            Set(events.map(\.type)) == [
                "market_data", "trading_decision", "trade_execution", "position_update",
            ]
        )
        #expect(Set(events.map(\.symbol)) == ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `profit obeys the rule within a cent`(seed: UInt64) throws {
        for event in events(seed: seed, count: 2000) where event.type == "position_update" {
            let way = try number("current_price", in: event) - number("entry_price", in: event)
            let side = try #require(event.members.first { $0.name == "side" }).value
            let gain = side == "long" ? way : -way
            let expected = try gain * number("size", in: event)
            #expect(abs(try number("pnl", in: event) - expected) <= 0.01, "SEED=\(seed)")
        }
    }

    @Test
    func `a round has four to six events and begins with the first symbol's price`() {
        var market = MarketModel(seed: 3)
        for _ in 0..<200 {
            #expect(market.isBetweenRounds)
            var round = [market.next()]
            while !market.isBetweenRounds {
                round.append(market.next())
            }
            #expect((4...6).contains(round.count))
            #expect(round[0].type == "market_data")
            #expect(round[0].symbol == "BTCUSDT")
        }
    }
}
