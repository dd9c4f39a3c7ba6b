import Foundation
import Testing

/// Several event loops, each with files of its own, recorded as one run.
@Suite(.needsPeers)
struct LoopsTests {
    private static let connectionCount = 200

    @Test func `Two loops record two hundred connections as one run`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let peers = try await NumberedPeers.serve(["--silent", "--all-json"], in: folder)
            let proxy = try await RunningProxy.start(
                upstream: peers.port,
                capture: captures.url,
                options: ["--loops", "2"],
                in: folder
            )
            try await peers.talk(
                through: proxy.port,
                ["--connections", "\(Self.connectionCount)", "--messages", "20", "--deflate"]
            )
            try await proxy.stop()
            let logs = try await peers.stop()
            let captured = try await Captured.messages(of: [captures.url], in: folder)
            let ids = Set(captured.keys.map(\.connection))
            var findings =
                try await logs.findings
                + logs.differences(captured)
                + captures.findings(
                    [captures.url.path, "--verify"],
                    exits: 0,
                    saying: ["PASS", "\(Self.connectionCount) connections", "2 files"]
                )
            if ids.count != Self.connectionCount { findings.append("\(ids.count) connection ids") }
            return try await findings + loopFindings(captures, in: folder)
        }
    }

    /// Each loop has one file, and no connection is in both.
    private func loopFindings(_ captures: CapturesFolder, in folder: URL) async throws -> [String] {
        var findings: [String] = []
        var owners: [String: Int] = [:]
        for loop in 1...2 {
            let own = try captures.captures.filter {
                $0.lastPathComponent.hasSuffix("-bridge.\(loop)-000001.wscap")
            }
            findings += mismatch([own.count], [1], "files of loop \(loop):")
            let messages = try await Captured.messages(of: own, in: folder)
            if messages.isEmpty { findings.append("loop \(loop) had no connection") }
            for connection in Set(messages.keys.map(\.connection)) {
                if owners.updateValue(loop, forKey: connection) != nil {
                    findings.append("\(connection) is in the files of both loops")
                }
            }
        }
        let names = try captures.names
        return findings + mismatch([names.count], [2], "names in the folder, \(names):")
    }
}
