import Foundation
import Testing

/// A recording in many files, of which the oldest may be gone.
@Suite(.needsPeers, .serialized)
struct RotationTests {
    private static let manyMessages = ["--messages", "150"]

    @Test(arguments: [
        ["--rotate-size", "64K"], ["--rotate-size", "64K", "--store", "write"],
        ["--rotate-time", "1s"],
    ])
    func `Frames and connections go on across files`(options: [String]) async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let isByTime = options.contains("--rotate-time")
            // A frame in parts takes as long as a border needs to fall into it.
            let logs = try await record(
                options,
                to: captures,
                ["--deflate", "--slow", isByTime ? "2.2" : "0.2"],
                in: folder
            )
            let files = try captures.captures
            var findings = try logs.findings + captures.namingFindings()
            if files.count < 3 { findings.append("there are only \(files.count) files") }
            findings += try await logs.differences(
                Captured.messages(of: [captures.url], in: folder)
            )
            findings += try await borderFindings(files, captures)
            findings += try await captures.findings(
                [captures.url.path, "--verify"],
                exits: 2,
                saying: ["capture pass sealed, no gaps", "order pass", "integrity pass"]
            )
            return findings
        }
    }

    @Test func `A run in many files passes the verdict`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let peers = try await NumberedPeers.serve(["--silent", "--all-json"], in: folder)
            let proxy = try await RunningProxy.start(
                upstream: peers.port,
                capture: captures.url,
                options: ["--rotate-size", "64K"],
                in: folder
            )
            try await peers.talk(through: proxy.port, ["--deflate", "--messages", "300"])
            try await proxy.stop()
            let logs = try await peers.stop()
            let count = try captures.captures.count
            return try await logs.findings
                + (count < 3 ? ["there are only \(count) files"] : [])
                + captures.findings([captures.url.path, "--verify"], exits: 0, saying: ["PASS"])
                + captures.findings(
                    ["verify"] + captures.captures.map(\.path),
                    exits: 0,
                    saying: ["1200 delivered", "\(count) files"]
                )
        }
    }

    @Test(arguments: [
        ["--rotate-size", "64K", "--keep", "3files"],
        ["--rotate-size", "64K", "--keep", "3files", "--store", "write"],
        ["--keep", "1M"],
    ])
    func `Only what retention allows remains, and is judged`(options: [String]) async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let logs = try await record(options, to: captures, ["--deflate"], in: folder)
            let isByCount = options.contains("3files")
            let files = try captures.captures
            let kept = try files.reduce(0) { try $0 + Data(contentsOf: $1).count }
            var findings =
                try logs.findings
                + captures.namingFindings(countMax: isByCount ? 3 : 16)
            if files.first?.lastPathComponent.hasSuffix("-000001.wscap") != false {
                findings.append("the oldest file was not removed")
            }
            if isByCount, files.count < 3 { findings.append("only \(files.count) files were kept") }
            if !isByCount, !(500_000...1_048_576).contains(kept) {
                findings.append("\(kept) bytes were kept of 1M, in \(files.count) files")
            }
            findings += try await captures.findings(
                [captures.url.path, "--verify"],
                exits: 2,
                saying: [
                    "connections began before the first record here",
                    "compressed messages could not be inflated", "capture pass",
                ]
            )
            return try await findings + endFindings(logs, captures)
        }
    }

    @Test func `A missing file in the middle is named, and one file can be read alone`()
        async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            _ = try await record(
                ["--rotate-size", "64K"],
                to: captures,
                ["--deflate"],
                in: folder
            )
            let files = try captures.captures
            guard files.count > 4 else { return ["there are only \(files.count) files"] }
            var findings: [String] = []
            for file in files {
                // A file that holds nothing but the middle of a frame has nothing to be judged.
                let verdict = try await captures.replay(["verify", file.path])
                if ![.exit(0), .exit(2)].contains(verdict.ending) {
                    findings.append("verify \(file.lastPathComponent): \(verdict)")
                }
                let isFirst = file == files[0]
                if isFirst == verdict.output.contains("began before the first record here") {
                    findings.append("\(file.lastPathComponent): \(verdict.output)")
                }
                findings += try await captures.findings(["frames", file.path], exits: 0)
            }
            try FileManager.default.removeItem(at: files[2])
            findings += try await captures.findings(
                [captures.url.path, "--verify"],
                exits: 2,
                saying: ["INCONCLUSIVE", "The run's file 3 is not here."]
            )
            findings += try await captures.findings(
                ["frames", captures.url.path, "--messages"],
                exits: 0,
                saying: ["undecodable"]
            )
            return findings
        }
    }

    /// Records peers that talk in both directions.
    private func record(
        _ options: [String],
        to captures: CapturesFolder,
        _ talk: [String],
        in folder: URL
    ) async throws -> NumberedPeers.Logs {
        let peers = try await NumberedPeers.serve(in: folder)
        let proxy = try await RunningProxy.start(
            upstream: peers.port,
            capture: captures.url,
            options: options,
            in: folder
        )
        try await peers.talk(through: proxy.port, talk + Self.manyMessages)
        try await proxy.stop()
        return try await peers.stop()
    }

    /// Some frame must lie across a border between two files, or nothing was tried.
    private func borderFindings(_ files: [URL], _ captures: CapturesFolder) async throws -> [String]
    {
        for file in files.dropLast() {
            let frames = try await captures.replay(["frames", file.path, "--json"]).output
            if frames.contains("\"complete\":false") { return [] }
        }
        return ["no frame lies across the border of two files"]
    }

    /// What is left of each flow must be its end, as it was sent.
    private func endFindings(
        _ logs: NumberedPeers.Logs,
        _ captures: CapturesFolder
    ) async throws -> [String] {
        struct Message: Decodable {
            let connection: String
            let direction: String
            let opcode: String
            let sha256: String
            let complete: Bool
            let content: String
        }
        let listed = try await captures.replay(
            ["frames", captures.url.path, "--messages", "--json"]
        )
        let messages = try listed.output.split(separator: "\n")
            .map { try JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
            .filter { ["text", "binary"].contains($0.opcode) }
        let whole = messages.filter { $0.complete && $0.content == "whole" }
        var findings = mismatch([listed.ending], [.exit(0)], "frames ended with")
        if whole.isEmpty { findings.append("no message is whole") }
        if !messages.contains(where: { $0.content == "undecodable" }) {
            findings.append("no message is told to be undecodable")
        }
        let ends = Dictionary(
            logs.sent.compactMap { digests in digests.last.map { ($0, digests) } }
        ) { first, _ in first }
        for (flow, kept) in Dictionary(grouping: whole, by: { "\($0.connection) \($0.direction)" })
        {
            let digests = kept.map(\.sha256)
            guard let sent = digests.last.flatMap({ ends[$0] }) else {
                findings.append("\(flow): the last message is not the last that was sent")
                continue
            }
            findings += mismatch(digests, sent.suffix(digests.count), "\(flow): kept")
        }
        return findings
    }
}
