import Foundation
import Testing

/// `wsreplay frames --follow` beside a running proxy.
@Suite(.needsPeers)
struct FollowTests {
    @Test(arguments: ["ring", "write"], ["term", "kill"])
    func `Frames are shown as they pass, file after file, until the proxy is gone`(
        store: String,
        ending: String
    ) async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            return try await Peers.findings(
                "follow",
                [
                    "--proxy", Workshop.proxy.path, "--replay", Workshop.replay.path,
                    "--folder", captures.url.path, "--ending", ending, "--store", store,
                ],
                in: folder
            )
        }
    }

    @Test func `A sealed capture is followed to its end at once`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let golden = Workshop.root.appending(path: "captures/golden/exchange.wscap").path
            let all = try await captures.replay(["frames", golden])
            let followed = try await captures.replay(
                ["frames", golden, "--follow", "--from", "1970-01-01T00:00:00Z"]
            )
            return mismatch([followed.ending], [.exit(0)], "ended with")
                + mismatch([followed.output], [all.output], "showed")
                + (all.output.isEmpty ? ["there is nothing to show"] : [])
        }
    }
}
