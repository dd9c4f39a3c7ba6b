import Documents
import Testing

@Suite struct YAMLDocumentTests {
    @Test func `plain words are what JSON would read, and quoted ones are text`() throws {
        let document = try YAMLDocument.read(
            """
            # a comment
            a: 10
            b: "10"
            c: 1.5e3
            d: true
            e: yes
            f:
            g: [5s, null, ~, 0x1F, 007, -0]
            h: {x: 'it''s'}
            """
        )
        #expect(
            document.value
                == .object([
                    ("a", .number("10")), ("b", .string("10")), ("c", .number("1.5e3")),
                    ("d", .bool(true)), ("e", .string("yes")), ("f", .null),
                    (
                        "g",
                        .array([
                            .string("5s"), .null, .null, .string("0x1F"), .string("007"),
                            .number("-0"),
                        ])
                    ),
                    ("h", .object([("x", .string("it's"))])),
                ])
        )
        #expect(document.places["/a"] == .init(line: 2, column: 4))
        #expect(document.places["/g/1"] == .init(line: 8, column: 9))
        #expect(document.places["/h/x"] == .init(line: 9, column: 8))
    }

    @Test func `JSON is YAML`() throws {
        let document = try YAMLDocument.read(#"{"a": [1, {"b/~": "\u00e9"}]}"#)
        let inner = JSONValue.object([("b/~", .string("é"))])
        #expect(document.value == .object([("a", .array([.number("1"), inner]))]))
        #expect(document.places["/a/1/b~1~0"] != nil)
    }

    @Test(arguments: [
        ("a: b: c", 1, "it is not YAML: mapping values are not allowed in this context"),
        ("a: 1\na: 2", 1, "given twice: a"),
        ("- x\n- {[1]: 2}", 2, "a name is no text but a list or a map"),
        ("- x\n- *none", 2, "it is not YAML: found undefined alias"),
    ])
    func `what is wrong has a place`(text: String, line: Int, message: String) {
        let error = #expect(throws: DocumentError.self) { try YAMLDocument.read(text) }
        #expect(error?.message == message)
        #expect(error?.place?.line == line)
    }

    @Test(arguments: [
        "", "# nothing", "\u{0}", "\t", "!!binary x: {", "%YAML 9.9", "'", "---\n...\n",
    ])
    func `what is nothing is refused or empty`(text: String) {
        do throws(DocumentError) {
            _ = try YAMLDocument.read(text)
        } catch {
            #expect(!error.message.isEmpty)
        }
    }

    @Test(arguments: [(16, true), (17, false)])
    func `aliases are few, so that a small text stays a small document`(count: Int, isGood: Bool) {
        let text =
            "a: &a [1]\nb: [" + Array(repeating: "*a", count: count).joined(separator: ", ") + "]"
        do throws(DocumentError) {
            _ = try YAMLDocument.read(text)
            #expect(isGood)
        } catch {
            #expect(!isGood)
        }
    }

    @Test(arguments: [(64, true), (65, false), (900, false), (100_000, false)])
    func `a document is so deep and no deeper`(depth: Int, isGood: Bool) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        do throws(DocumentError) {
            _ = try YAMLDocument.read(text)
            #expect(isGood)
        } catch {
            #expect(!isGood)
        }
    }

    @Test(arguments: [(99_999, true), (100_000, false), (100_001, false)])
    func `a document has so many values and no more`(count: Int, isGood: Bool) {
        let text = "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
        do throws(DocumentError) {
            _ = try YAMLDocument.read(text)
            #expect(isGood)
        } catch {
            #expect(!isGood)
        }
    }
}
