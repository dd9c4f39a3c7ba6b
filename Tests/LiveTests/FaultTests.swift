import Foundation
import Testing

/// Faults on command, driven by a client of Toxiproxy that this project did not write.
@Suite(.needsPeers)
struct FaultTests {
    @Test func `toxiproxy-python drives it, and the capture says what the peers saw`() async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let process = try ChildProcess(
                Workshop.proxy,
                [
                    "run", "--listen", "127.0.0.1:0", "--upstream", "ws://127.0.0.1:9",
                    "--capture", captures.url.path, "--control", "127.0.0.1:0", "--seed", "4711",
                    "--log-format", "json",
                ],
                name: "wsproxy",
                in: folder
            )
            defer { process.send(SIGKILL) }
            let port = try await process.line("control port", Self.controlPort)
            let transcript = folder.appending(path: "transcript.json").path
            var findings = try await Peers.findings(
                "fault_peers",
                ["\(port)", transcript],
                in: folder
            )
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            guard findings.isEmpty else { return findings }
            let file = try captures.captures.first { $0.lastPathComponent.contains("-echo-") }
            guard let file else { return ["the created proxy has no capture"] }
            let records = folder.appending(path: "records.jsonl").path
            let export = try ChildProcess(
                Workshop.replay,
                ["export", file.path, "--output", records],
                name: "export",
                in: folder
            )
            try await export.finish(within: .seconds(20))
            findings += try await Peers.findings("check_faults", [transcript, records], in: folder)
            findings += try await Peers.findings("check_mcap", [file.path], in: folder)
            return findings
        }
    }

    @Test func `what receivers behind faults on messages saw is what the capture says was sent`()
        async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let process = try ChildProcess(
                Workshop.proxy,
                [
                    "run", "--listen", "127.0.0.1:0", "--upstream", "ws://127.0.0.1:9",
                    "--capture", captures.url.path, "--control", "127.0.0.1:0", "--seed", "4711",
                    "--log-format", "json",
                ],
                name: "wsproxy",
                in: folder
            )
            defer { process.send(SIGKILL) }
            let port = try await process.line("control port", Self.controlPort)
            let transcript = folder.appending(path: "transcript.json").path
            var findings = try await Peers.findings(
                "message_fault_peers",
                ["\(port)", transcript, folder.path],
                in: folder
            )
            process.send(SIGTERM)
            try await process.finish(within: .seconds(20))
            guard findings.isEmpty else { return findings }
            var exports: [String] = []
            for file in try captures.captures {
                let records = folder.appending(path: "\(exports.count).jsonl").path
                let export = try ChildProcess(
                    Workshop.replay,
                    ["export", file.path, "--output", records],
                    name: "export",
                    in: folder
                )
                try await export.finish(within: .seconds(20))
                exports.append(records)
                findings += try await Peers.findings("check_mcap", [file.path], in: folder)
            }
            findings += try await Peers.findings(
                "check_message_faults",
                [transcript, folder.path] + exports,
                in: folder
            )
            return findings
        }
    }

    private static func controlPort(_ line: Substring) -> UInt16? {
        guard line.contains("control port is open") else { return nil }
        let address = line.firstRange(of: "127.0.0.1:").map { line[$0.upperBound...] }
        return address.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }
}
