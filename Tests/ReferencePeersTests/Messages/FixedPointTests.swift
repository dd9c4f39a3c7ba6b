import ReferencePeers
import Testing

struct FixedPointTests {
    struct Case: CustomTestStringConvertible {
        var units: Int64
        var decimals: Int
        var text: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(units: 64_250_12, decimals: 2, text: "64250.12"),
        Case(units: 5, decimals: 2, text: "0.05"),
        Case(units: -5, decimals: 2, text: "-0.05"),
        Case(units: 0, decimals: 4, text: "0.0000"),
        Case(units: -1234, decimals: 0, text: "-1234"),
        Case(units: .min, decimals: 9, text: "-9223372036.854775808"),
    ])
    func `prints every digit after the point`(_ row: Case) {
        #expect(FixedPoint(units: row.units, decimals: row.decimals).description == row.text)
    }
}
