import ReferencePeers
import Testing

struct PositionTests {
    struct Case: CustomTestStringConvertible {
        var side: Position.Side
        var size: Int64
        var entry: Int64
        var current: Int64
        var profit: Int64
        var percentage: Int64
        var testDescription: String { "\(side) \(size) from \(entry) to \(current)" }
    }

    @Test(arguments: [
        // 0.5 × (110.00 − 100.00) = 5.00, ten percent.
        Case(
            side: .long,
            size: 5000,
            entry: 100_00,
            current: 110_00,
            profit: 5_00,
            percentage: 10_0000
        ),
        Case(
            side: .short,
            size: 5000,
            entry: 100_00,
            current: 110_00,
            profit: -5_00,
            percentage: -10_0000
        ),
        Case(side: .long, size: 1, entry: 3, current: 3, profit: 0, percentage: 0),
        // 0.5 × 0.01 is half a cent, which goes away from zero.
        Case(
            side: .long,
            size: 5000,
            entry: 1_00,
            current: 1_01,
            profit: 1,
            percentage: 1_0000
        ),
        Case(
            side: .short,
            size: 5000,
            entry: 1_00,
            current: 1_01,
            profit: -1,
            percentage: -1_0000
        ),
        Case(
            side: .long,
            size: 4999,
            entry: 1_00,
            current: 1_01,
            profit: 0,
            percentage: 1_0000
        ),
    ])
    func `profit is the price's way times the size`(_ row: Case) {
        let position = Position(side: row.side, size: row.size, entryPrice: row.entry)
        #expect(position.profit(at: row.current) == row.profit)
        #expect(position.profitPercentage(at: row.current) == row.percentage)
    }
}
