/// A decimal number with a fixed count of digits after the point: prices, sizes and profits.
///
/// Whole units instead of floating point, so that the same seed prints the same digits everywhere.
package struct FixedPoint: Hashable, Sendable {
    /// The number times ten to the power of `decimals`.
    package var units: Int64
    /// Digits after the point, 0 to 9.
    package var decimals: Int

    /// Creates a number from whole units: 6 425 012 with 2 decimals is 64250.12.
    package init(units: Int64, decimals: Int) {
        precondition((0...9).contains(decimals), "0 to 9 decimals, not \(decimals)")
        self.units = units
        self.decimals = decimals
    }
}

extension FixedPoint: CustomStringConvertible {
    /// `-0.05`, `64250.12`.
    package var description: String {
        let digits = String(units.magnitude)
        let padding = String(repeating: "0", count: max(0, decimals + 1 - digits.count))
        let padded = padding + digits
        let whole = padded.dropLast(decimals)
        let fraction = decimals == 0 ? "" : ".\(padded.suffix(decimals))"
        return "\(units < 0 ? "-" : "")\(whole)\(fraction)"
    }
}
