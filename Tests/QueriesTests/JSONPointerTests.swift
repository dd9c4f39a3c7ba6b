import Queries
import Testing

struct JSONPointerTests {
    /// RFC 6901 §5 lists these.
    @Test(arguments: [
        ("", []), ("/foo", ["foo"]), ("/foo/0", ["foo", "0"]), ("/", [""]), ("/a~1b", ["a/b"]),
        ("/m~0n", ["m~n"]), ("/ ", [" "]), ("/~01", ["~1"]), ("/a//b", ["a", "", "b"]),
    ])
    func `Pointers are read as RFC 6901 says`(text: String, tokens: [String]) throws {
        #expect(try JSONPointer(text).tokens == tokens)
    }

    @Test func `What RFC 6901 does not allow is refused with its place`() {
        #expect(throws: JSONPointer.Malformation.noSlash) { try JSONPointer("data") }
        #expect(throws: JSONPointer.Malformation.tilde(at: 2)) { try JSONPointer("/a~2") }
        #expect(throws: JSONPointer.Malformation.tilde(at: 2)) { try JSONPointer("/a~") }
        #expect(throws: JSONPointer.Malformation.tilde(at: 1)) { try JSONPointer("/~/0") }
    }
}
