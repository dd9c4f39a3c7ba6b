import Testing
import Vocabulary

@Suite struct JSONPointerTests {
    /// RFC 6901 §5, the pointers of its example that name a value.
    @Test(arguments: [
        ("/foo", ["foo"]), ("/foo/0", ["foo", "0"]), ("/", [""]), ("/a~1b", ["a/b"]),
        ("/c%d", ["c%d"]), ("/e^f", ["e^f"]), ("/g|h", ["g|h"]), ("/i\\j", ["i\\j"]),
        ("/k\"l", ["k\"l"]), ("/ ", [" "]), ("/m~0n", ["m~n"]), ("/~01", ["~1"]),
        ("//", ["", ""]), ("/é/日本", ["é", "日本"]),
    ])
    func `reads a pointer and writes it again`(text: String, tokens: [String]) throws {
        let pointer = try JSONPointer(text)
        #expect(pointer.tokens == tokens)
        #expect(pointer.description == text)
    }

    @Test(arguments: [
        ("api_key", JSONPointer.Failure.noLeadingSlash), ("#/a", .noLeadingSlash),
        (" /a", .noLeadingSlash), ("/~2", .badEscape), ("/a~", .badEscape), ("/~/b", .badEscape),
        ("/~~0", .badEscape),
    ])
    func `says what is wrong with one`(text: String, failure: JSONPointer.Failure) {
        #expect(throws: failure) { try JSONPointer(text) }
    }

    @Test func `follows pointers up to a depth`() throws {
        let limit = JSONPointer.tokenCountMax
        for count in [limit - 1, limit] {
            let text = String(repeating: "/a", count: count)
            #expect(try JSONPointer(text).tokens.count == count)
        }
        #expect(throws: JSONPointer.Failure.tooDeep) {
            try JSONPointer(String(repeating: "/a", count: limit + 1))
        }
    }
}
