import CaptureFormat
import CaptureStore
import Foundation
import Testing
import Vocabulary

@Suite struct CaptureOverviewTests {
    private static func golden(_ name: String) -> URL {
        URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "captures/golden/\(name).wscap")
    }

    @Test(arguments: ["minimal", "exchange", "kinds", "segments", "unfinished-sealed"])
    func `a sealed capture says in its summary what reading it says`(name: String) throws {
        let file = try CaptureFile(Self.golden(name).path())
        let (state, overview) = try #require(try file.overview())
        var count: UInt64 = 0
        let read = try file.read { _, _ in count += 1 }
        #expect(state == read)
        #expect(overview.messageCount == count)
    }

    @Test func `an unfinished capture has no summary`() throws {
        let overview = try CaptureFile(Self.golden("unfinished").path()).overview()
        #expect(overview == nil)
    }

    @Test func `a summary that was changed is a flaw, and no answer`() throws {
        var bytes = Array(try Data(contentsOf: Self.golden("segments")))
        bytes[bytes.count - 200] ^= 1
        let path = try Scratch.file(bytes)
        defer { Scratch.remove(path) }
        #expect(throws: SummaryFlaw.checksumMismatch) { try CaptureFile(path).overview() }
    }

    @Test func `a footer that points elsewhere is a flaw`() throws {
        var bytes = Array(try Data(contentsOf: Self.golden("segments")))
        bytes[bytes.count - 28] ^= 1
        let path = try Scratch.file(bytes)
        defer { Scratch.remove(path) }
        #expect(throws: SummaryFlaw.pointsOutside("the footer")) {
            try CaptureFile(path).overview()
        }
    }
}
