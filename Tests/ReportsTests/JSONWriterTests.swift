import Reports
import Testing

@Suite struct `JSONWriter: JSON in a fixed order` {
    @Test func `members stand in the order of being written`() {
        var writer = JSONWriter()
        writer.object { json in
            json.member("b", "text")
            json.member("a", UInt64.max)
            json.member("nothing", String?.none)
            json.member("yes", true)
            json.member("empty") { $0.array([String]()) { $0.string($1) } }
            json.member("list") { $0.array(["x", "y"]) { $0.string($1) } }
            json.member("inner") { $0.object { $0.member("c", 1.5) } }
        }
        #expect(
            writer.text == """
                {
                  "b": "text",
                  "a": 18446744073709551615,
                  "nothing": null,
                  "yes": true,
                  "empty": [],
                  "list": [
                    "x",
                    "y"
                  ],
                  "inner": {
                    "c": 1.5
                  }
                }
                """
        )
    }

    @Test func `without indentation everything stands on one line`() {
        var writer = JSONWriter(isIndented: false)
        writer.object { json in
            json.member("a", 1 as UInt64)
            json.member("b") { $0.array([1, 2] as [UInt64]) { $0.number($1) } }
        }
        #expect(writer.text == #"{"a":1,"b":[1,2]}"#)
    }

    @Test(arguments: [
        ("quote \" and backslash \\", #""quote \" and backslash \\""#),
        ("lines\n\r\t", #""lines\n\r\t""#),
        ("\u{0}\u{1B}\u{1F}", #""\u0000\u001b\u001f""#),
        ("\u{7F} ü 🌍", "\"\u{7F} ü 🌍\""),
        ("\r\n", #""\r\n""#),
    ])
    func `text is escaped as RFC 8259 demands`(_ text: String, _ expected: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(writer.text == expected)
    }

    @Test(arguments: [
        (0, "0"), (1, "1"), (0.5, "0.5"), (-0.25, "-0.25"), (1.0 / 3, "0.333333"),
        (Double.nan, "null"), (.infinity, "null"), (1e300, "null"), (0.999_999_9, "1"),
    ])
    func `numbers have at most six decimals`(_ value: Double, _ expected: String) {
        var writer = JSONWriter(isIndented: false)
        writer.object { $0.member("n", value) }
        #expect(writer.text == "{\"n\":\(expected)}")
    }
}
