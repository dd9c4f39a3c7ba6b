import ReferencePeers
import Testing
import Vocabulary

struct LineFileTests {
    @Test
    func `lines are there at once, and a second opening continues`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/lines"
            let first = try LineFile(path: path)
            try first.append("one".utf8)
            #expect(try lines(of: path) == ["one"])
            let second = try LineFile(path: path)
            try second.append("two".utf8)
            try first.append("three".utf8)
            #expect(try lines(of: path) == ["one", "two", "three"])
        }
    }

    @Test
    func `a line break between tokens becomes a space`() async throws {
        try await withTemporaryFolder { folder in
            let file = try LineFile(path: folder + "/lines")
            try file.append("{\r\n\"a\":1\n}".utf8)
            #expect(try lines(of: folder + "/lines") == ["{  \"a\":1 }"])
        }
    }

    @Test
    func `a file that cannot be opened says which and why`() {
        let path = "/nonexistent/folder/lines"
        #expect(
            throws: PeerError.cannotOpen(path: path, reason: "No such file or directory")
        ) {
            try LineFile(path: path)
        }
    }

    @Test
    func `a full disk is an error, not a lost line`() throws {
        let file = try LineFile(path: "/dev/full")
        #expect(
            throws: PeerError.cannotWrite(path: "/dev/full", reason: "No space left on device")
        ) {
            try file.append("one".utf8)
        }
    }
}
