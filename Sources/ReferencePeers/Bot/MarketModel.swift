import Vocabulary

/// A small made-up market and the trader in it; everything follows from the seed.
///
/// Time passes in rounds. In a round every symbol gets a new price (`market_data`), the trader
/// decides about one symbol (`trading_decision`), and if it acts, the order is filled
/// (`trade_execution`). A symbol that is held then reports its value (`position_update`).
package struct MarketModel: Sendable {
    private struct Listing {
        var symbol: String
        var price: Int64
        var position: Position?
    }

    private var generator: SeededGenerator
    private var listings = [
        Listing(symbol: "BTCUSDT", price: 64_250_00),
        Listing(symbol: "ETHUSDT", price: 3120_00),
        Listing(symbol: "SOLUSDT", price: 148_00),
    ]
    private var orders: UInt64 = 0
    /// The rest of the current round, last event first.
    private var rest: [MarketEvent] = []

    /// Creates a market; the same seed tells the same story.
    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// Whether the next event begins a new round.
    package var isBetweenRounds: Bool { rest.isEmpty }

    /// What happens next.
    package mutating func next() -> MarketEvent {
        if rest.isEmpty { rest = round().reversed() }
        return rest.removeLast()
    }

    private mutating func round() -> [MarketEvent] {
        var events = listings.indices.map { movePrice(of: $0) }
        let chosen = Int.random(in: listings.indices, using: &generator)
        let action = ["BUY", "SELL", "HOLD"][Int.random(in: 0...2, using: &generator)]
        events.append(decision(action, about: listings[chosen]))
        if action != "HOLD" { events.append(execute(action, on: chosen)) }
        if let position = listings[chosen].position {
            events.append(update(of: position, in: listings[chosen]))
        }
        return events
    }

    /// Moves a price by up to 0.2 percent, never below one cent and never above a million.
    private mutating func movePrice(of index: Int) -> MarketEvent {
        let basisPoints = Int64.random(in: -20...20, using: &generator)
        let moved = listings[index].price + listings[index].price * basisPoints / 10_000
        listings[index].price = min(max(moved, 1), 1_000_000_00)
        return MarketEvent(
            type: "market_data",
            symbol: listings[index].symbol,
            members: [
                "price": money(listings[index].price),
                "volume": amount(.random(in: 1...5_000_000, using: &generator)),
            ]
        )
    }

    private mutating func decision(_ action: String, about listing: Listing) -> MarketEvent {
        let strength = Int64.random(in: 0...10_000, using: &generator)
        let cents = listing.price
        return MarketEvent(
            type: "trading_decision",
            symbol: listing.symbol,
            members: [
                "action": .string(action),
                "reasoning": .string("relative strength \(strength / 100) suggests \(action)"),
                "confidence": decimal(.random(in: 50...100, using: &generator), 2),
                "indicators": [
                    "rsi": decimal(strength, 2),
                    "ema_fast": money(cents),
                    "ema_slow": money(cents - cents / 500),
                ],
                "risk_analysis": [
                    "stop_loss": money(cents - cents / 50),
                    "take_profit": money(cents + cents / 25),
                    "exposure": decimal(.random(in: 0...100, using: &generator), 2),
                ],
            ]
        )
    }

    private mutating func execute(_ action: String, on index: Int) -> MarketEvent {
        orders += 1
        let position = Position(
            side: action == "BUY" ? .long : .short,
            size: .random(in: 100...20_000, using: &generator),
            entryPrice: listings[index].price
        )
        listings[index].position = position
        return MarketEvent(
            type: "trade_execution",
            symbol: listings[index].symbol,
            members: [
                "order_id": .string("order-\(orders)"),
                "side": .string(action),
                "size": amount(position.size),
                "price": money(position.entryPrice),
                "status": "filled",
            ]
        )
    }

    private func update(of position: Position, in listing: Listing) -> MarketEvent {
        MarketEvent(
            type: "position_update",
            symbol: listing.symbol,
            members: [
                "side": .string(position.side.rawValue),
                "size": amount(position.size),
                "entry_price": money(position.entryPrice),
                "current_price": money(listing.price),
                "pnl": money(position.profit(at: listing.price)),
                "pnl_percentage": decimal(position.profitPercentage(at: listing.price), 4),
            ]
        )
    }

    private func money(_ cents: Int64) -> JSONValue { decimal(cents, 2) }

    private func amount(_ tenThousandths: Int64) -> JSONValue { decimal(tenThousandths, 4) }

    private func decimal(_ units: Int64, _ decimals: Int) -> JSONValue {
        .decimal(FixedPoint(units: units, decimals: decimals))
    }
}
