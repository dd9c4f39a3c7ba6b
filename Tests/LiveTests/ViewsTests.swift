import Foundation
import Testing

/// `wsreplay show` and `wsreplay export`, run as a user runs them, on the golden captures.
struct ViewsTests {
    private static let golden = Workshop.root.appending(path: "captures/golden").path

    private func run(
        _ arguments: [String],
        in folder: URL
    ) async throws -> (ending: ChildProcess.Ending, output: String, errors: String) {
        let process = try ChildProcess(Workshop.replay, arguments, name: "replay", in: folder)
        let ending = try await process.ending(within: .seconds(20))
        return (ending, process.output, process.errors)
    }

    @Test(arguments: [
        (["c1→1"], 0, "Hello"), (["c1 → #1"], 0, "Hello"), (["c1:client:1"], 0, "Hello"),
        (["--connection", "c1", "--direction", "client-to-server", "--frame", "1"], 0, "Hello"),
        (["--where", "parts > 1"], 0, "in 2 parts"), (["c1<1", "--messages"], 0, "2 frames"),
        (["c1>1", "--context"], 0, "▶ "), (["c1>1", "--bytes", "2"], 0, "truncated, 3 B more"),
        (["c1→99"], 1, ""), (["--where", "text == 'nothing'"], 1, ""), (["c1→99", "--raw"], 1, ""),
    ])
    func `show finds what is there, and says when it is not`(
        arguments: [String],
        code: Int32,
        shown: String
    ) async throws {
        try await inScratchFolder { folder in
            let capture = "\(Self.golden)/exchange.wscap"
            let replay = try await run(["show", capture] + arguments, in: folder)
            let isTold = code == 0 ? replay.errors.isEmpty : replay.errors.contains("No frame")
            let isShown = shown.isEmpty || replay.output.contains(shown)
            return mismatch([replay.ending], [.exit(code)], "ended with")
                + (isShown ? [] : ["did not show '\(shown)'"])
                + (isTold ? [] : ["said '\(replay.errors)'"])
        }
    }

    @Test(arguments: [["c1→1"], ["--where", "text == 'Hello'"], ["c1→1", "--messages"]])
    func `A raw payload is what was sent, to the byte`(arguments: [String]) async throws {
        try await inScratchFolder { folder in
            let capture = "\(Self.golden)/exchange.wscap"
            let replay = try await run(["show", capture, "--raw"] + arguments, in: folder)
            return mismatch([replay.output], ["Hello"], "wrote")
        }
    }

    @Test(arguments: ["minimal", "exchange", "kinds", "segments", "unfinished"], [false, true])
    func `Every golden capture is exported as JSON Lines`(
        name: String,
        forMessages: Bool
    ) async throws {
        try await inScratchFolder { folder in
            let target = folder.appending(path: "out.jsonl")
            let call =
                ["export", "\(Self.golden)/\(name).wscap", "--output", target.path]
                + (forMessages ? ["--messages"] : [])
            let replay = try await run(call, in: folder)
            let again = try await run(call, in: folder)
            let lines = try String(contentsOf: target, encoding: .utf8).split(separator: "\n")
            let objects = try lines.map { line in
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            }
            let count = objects.last?["lines"] as? Int
            return mismatch([replay.ending, again.ending], [.exit(0), .exit(73)], "ended with")
                + mismatch([count], [lines.count - 2], "lines counted:")
                + mismatch([objects.first?["format"] as? String], ["wscap-jsonl/1"], "format:")
        }
    }
}
