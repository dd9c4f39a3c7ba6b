import Foundation
import Testing

/// Several proxies in one process, and several runs in one folder.
@Suite(.needsPeers)
struct ConfigTests {
    @Test func `Two proxies of one process record side by side`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let near = try await NumberedPeers.serve(name: "near", in: folder)
            let far = try await NumberedPeers.serve(name: "far", in: folder)
            let config = folder.appending(path: "proxies.yaml")
            try Data(
                """
                defaults:
                  capture: \(captures.url.path)
                  store: write
                proxies:
                  - name: near
                    listen: 127.0.0.1:0
                    upstream: ws://127.0.0.1:\(near.port)
                  - name: far
                    listen: 127.0.0.1:0
                    upstream: ws://127.0.0.1:\(far.port)
                    keep: 3files
                """.utf8
            ).write(to: config)
            let process = try ChildProcess(
                Workshop.proxy,
                ["run", "--config", config.path, "--log-format", "json"],
                name: "wsproxy",
                in: folder
            )
            defer { process.send(SIGKILL) }
            let talks = [
                try near.connect(through: try await port(of: "near", process)),
                try far.connect(through: try await port(of: "far", process)),
            ]
            for talk in talks { try await talk.finish() }
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            let logs = try await (near.stop(), far.stop())
            return try await logs.0.findings + logs.1.findings
                + findings(captures, ["near": logs.0, "far": logs.1], in: folder)
        }
    }

    /// Each proxy has one file, with its own messages; the folder has two runs.
    private func findings(
        _ captures: CapturesFolder,
        _ logs: [String: NumberedPeers.Logs],
        in folder: URL
    ) async throws -> [String] {
        let files = try captures.captures
        var findings = mismatch([files.count], [2], "captures:")
        var runs: [String] = []
        for (name, log) in logs {
            let own = files.filter { $0.lastPathComponent.hasSuffix("-\(name)-000001.wscap") }
            guard own.count == 1 else { return ["no file of \(name)"] + findings }
            findings += try await log.differences(Captured.messages(of: own, in: folder))
            let run = String(own[0].lastPathComponent.split(separator: "-")[1])
            runs.append(run)
            findings += try await chosen(run, name, captures)
        }
        let path = captures.url.path
        findings += try await captures.findings(
            [path],
            exits: 0,
            saying: ["_near_", "_far_"].map {
                "/\($0.dropFirst().dropLast())?connection=0"
            }
        )
        let verdicts = try await captures.replay(["verify", path, "--format", "json"]).output
        findings += (["wscap-verdicts/1"] + runs).filter { !verdicts.contains($0) }.map {
            "the verdicts do not name \($0)"
        }
        for call in [[path, "--format", "json"], ["frames", path]] {
            findings += try await captures.findings(
                call,
                exits: 64,
                saying: ["There are 2 runs", "--run"] + runs
            )
        }
        findings += try await captures.findings(
            [path, "--run", "nonsense"],
            exits: 65,
            saying: ["'nonsense'"] + runs
        )
        return findings
    }

    /// `--run` with the beginning of a run's name chooses it.
    private func chosen(
        _ run: String,
        _ name: String,
        _ captures: CapturesFolder
    ) async throws -> [String] {
        let call = [captures.url.path, "--run", String(run.prefix(6)), "--format", "json"]
        let replay = try await captures.replay(call)
        let others = ["near", "far"].filter { $0 != name }
        return mismatch([replay.ending], [.exit(0)], "--run \(run): ended with")
            + (replay.output.contains("/\(name)?connection=")
                ? [] : ["--run \(run) is not \(name)"])
            + others.filter { replay.output.contains("/\($0)?connection=") }
            .map { "--run \(run) shows connections of \($0)" }
    }

    /// The port on which one of the proxies listens.
    private func port(of proxy: String, _ process: ChildProcess) async throws -> UInt16 {
        struct Line: Decodable {
            let message: String
            let proxy: String?
            let address: String?
        }
        return try await process.line("the port of \(proxy)") { text in
            guard let line = decode(Line.self, from: Data(text.utf8)), line.proxy == proxy,
                line.message == "listening"
            else { return nil }
            return line.address?.split(separator: ":").last.flatMap { UInt16($0) }
        }
    }
}
