import Foundation
import Testing

/// What `wsreplay compact` makes is what the MCAP project's own readers expect.
@Suite(.needsPeers)
struct CompactTests {
    private static let golden = Workshop.root.appending(path: "captures/golden")

    @Test(arguments: ["minimal", "exchange", "kinds", "segments", "unfinished-sealed"])
    func `A compacted capture is whole to PyPI's readers, and comes back as it was`(
        name: String
    ) async throws {
        try await inScratchFolder { folder in
            let original = Self.golden.appending(path: "\(name).wscap")
            let first = folder.appending(path: "first.wscap")
            try await compact(original, to: first, ["--compression", "none"], in: folder)
            var findings = try await Peers.findings("check_mcap", [first.path], in: folder)
            for options in [
                ["zstd"], ["zstd", "--level", "19"], ["lz4"], ["lz4", "--level", "9"],
            ] {
                let label = options.joined()
                let packed = folder.appending(path: "\(label).wscap")
                try await compact(original, to: packed, ["--compression"] + options, in: folder)
                findings += try await Peers.findings(
                    "check_mcap",
                    ["--packed", packed.path],
                    in: folder
                )
                let again = folder.appending(path: "\(label)-plain.wscap")
                try await compact(packed, to: again, ["--compression", "none"], in: folder)
                if try Data(contentsOf: again) != Data(contentsOf: first) {
                    findings.append("\(label): unpacked, it is another file than never packed")
                }
                let messages = try await Captured.messages(of: [packed], in: folder)
                let expected = try await Captured.messages(of: [original], in: folder)
                if messages.mapValues({ $0.map(\.sha256) })
                    != expected.mapValues({ $0.map(\.sha256) })
                {
                    findings.append("\(label): other messages")
                }
            }
            return findings
        }
    }

    @Test func `A recorded capture survives compaction`() async throws {
        try await inScratchFolder { folder in
            let (_, capture) = try await Bench(
                family: "messages",
                client: "websockets",
                server: "websockets",
                folder: folder
            ).run()
            let packed = folder.appending(path: "packed.wscap")
            try await compact(capture, to: packed, [], in: folder)
            return try await Peers.findings("check_mcap", ["--packed", packed.path], in: folder)
        }
    }

    private func compact(
        _ file: URL,
        to output: URL,
        _ options: [String],
        in folder: URL
    ) async throws {
        let process = try ChildProcess(
            Workshop.replay,
            ["compact", file.path, "--output", output.path] + options,
            name: "compact-\(output.deletingPathExtension().lastPathComponent)",
            in: folder
        )
        try await process.finish()
    }
}
