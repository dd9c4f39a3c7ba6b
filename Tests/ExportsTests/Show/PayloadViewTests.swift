import Exports
import TestKit
import Testing
import Vocabulary
import WebSocketWire

struct PayloadViewTests {
    private func payload(_ bytes: [UInt8], _ opcode: Opcode = .text) -> [String] {
        let entries = HistoryBuilder.entries { run in
            run.open(c1)
            run.send(c1, .clientToServer, opcode, bytes)
        }
        let text = inspected(entries, named("c1→1")).first ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { !$0.hasPrefix("Payload") }.dropLast().map(String.init)
    }

    private func payload(_ text: String, _ opcode: Opcode = .text) -> [String] {
        payload(Array(text.utf8), opcode)
    }

    @Test func `JSON is laid out, its numbers and strings left as they are`() {
        let text = #"{"a":1.50,"b":[],"c":{},"d":[1, {"e":"\u00e9\""}],"f":[[null,true]]}"#
        #expect(
            Array(payload(text).dropFirst()) == [
                "  {", #"    "a": 1.50,"#, #"    "b": [],"#, #"    "c": {},"#, #"    "d": ["#,
                "      1,", "      {", #"        "e": "\u00e9\"""#, "      }", "    ],",
                #"    "f": ["#, "      [", "        null,", "        true", "      ]", "    ]",
                "  }",
            ]
        )
    }

    @Test(arguments: [
        "{", "}", "[1,]", "[,1]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, "[01]", "[1.]",
        "[.5]", "[1e]", "[+1]", "[tru]", #"["\x"]"#, #"["\u12"]"#, "[1]]", "[1] 2", "[1}", #"["a"#,
        "[\"a\nb\"]", "{1:2}", #"{"a":1 "b":2}"#, "[1 2]", "[--1]", "[-]", #"["a":1]"#, "{,}",
    ])
    func `What is no JSON is text`(text: String) {
        #expect(payload(text).first == "Payload, \(text.utf8.count) bytes, text")
    }

    @Test(arguments: [
        "[]", "{}", " [ 0 ] ", "[-0.5e+10,1E5]", #"[" \b\f\n\r\t\/\\ "]"#, "[[[[]]]]",
    ])
    func `What is JSON is taken for it`(text: String) {
        #expect(payload(text).first == "Payload, \(text.utf8.count) bytes, JSON")
    }

    @Test(arguments: [(512, "JSON"), (513, "text"), (100_000, "text")])
    func `Deep JSON is laid out up to the limit`(depth: Int, kind: String) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(
            payload(text).first == "Payload, \(2 * depth) bytes, \(kind)"
                || depth > 32_768 && payload(text).first?.hasSuffix(", text") == true
        )
    }

    @Test func `Text is shown without what would drive a terminal`() {
        #expect(
            payload("a\nb\u{1B}[2J\tc") == ["Payload, 9 bytes, text", "  a", "  b\u{FFFD}[2J\tc"]
        )
        #expect(payload("[\"\u{9B}2J\"]").contains("    \"\u{FFFD}2J\""))
        #expect(payload("12") == ["Payload, 2 bytes, text", "  12"])
    }

    @Test func `Bytes are dumped`() {
        #expect(
            payload([0x41, 0xFF] + Array(0..<16), .binary) == [
                "Payload, 18 bytes, bytes",
                "  00000000  41 ff 00 01 02 03 04 05  06 07 08 09 0a 0b 0c 0d  A...............",
                "  00000010  0e 0f                                             ..",
            ]
        )
        #expect(payload("readable", .binary).first == "Payload, 8 bytes, text")
        #expect(payload([0xC3]).first == "Payload, 1 bytes, bytes")
    }

    @Test func `A close frame is status and reason`() {
        #expect(payload([0x03, 0xE8] + Array("bye".utf8), .close).last == "  1000  bye")
        #expect(payload([0x03, 0xE9], .close).last == "  1001")
        #expect(payload([], .close) == ["Payload, 0 bytes, empty"])
    }
}
