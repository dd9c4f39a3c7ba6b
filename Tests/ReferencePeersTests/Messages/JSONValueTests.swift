import ReferencePeers
import Testing

struct JSONValueTests {
    @Test
    func `members keep their order on one line`() {
        let value: JSONValue = [
            "type": "error",
            "sequence": .integer(18_446_744_073_709_551_615),
            "empty": [:],
            "flag": .flag(false),
            "price": .decimal(FixedPoint(units: -1, decimals: 2)),
        ]
        #expect(
            value.text == """
                {"type":"error","sequence":18446744073709551615,"empty":{},"flag":false,"price":-0.01}
                """
        )
    }

    @Test
    func `strings are escaped where RFC 8259 asks for it and nowhere else`() {
        let value = JSONValue.string("a\"b\\c\nd\u{1F}é€😀/")
        #expect(value.text == #""a\"b\\c\u000ad\u001fé€😀/""#)
    }
}
