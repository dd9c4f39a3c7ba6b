/// A holding of one symbol.
package struct Position: Hashable, Sendable {
    /// Which way the price must go to earn.
    package enum Side: String, Hashable, Sendable {
        /// Earns when the price rises.
        case long
        /// Earns when the price falls.
        case short
    }

    /// Long or short.
    package var side: Side
    /// The amount held, in ten-thousandths.
    package var size: Int64
    /// The price paid, in cents.
    package var entryPrice: Int64

    /// Creates a position.
    package init(side: Side, size: Int64, entryPrice: Int64) {
        self.side = side
        self.size = size
        self.entryPrice = entryPrice
    }

    /// The profit or loss in cents: (current − entry) × size for long, the reverse for short,
    /// rounded half away from zero.
    package func profit(at currentPrice: Int64) -> Int64 {
        Self.divided(gain(at: currentPrice) * size, by: 10_000)
    }

    /// The profit or loss in ten-thousandths of a percent of the price paid.
    package func profitPercentage(at currentPrice: Int64) -> Int64 {
        Self.divided(gain(at: currentPrice) * 1_000_000, by: entryPrice)
    }

    private func gain(at currentPrice: Int64) -> Int64 {
        side == .long ? currentPrice - entryPrice : entryPrice - currentPrice
    }

    private static func divided(_ value: Int64, by divisor: Int64) -> Int64 {
        let half = value < 0 ? -(divisor / 2) : divisor / 2
        return (value + half) / divisor
    }
}
