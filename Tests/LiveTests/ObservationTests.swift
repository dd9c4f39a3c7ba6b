import Foundation
import Testing

/// The control port watched from outside, with clients that this project did not write.
@Suite struct ObservationTests {
    /// Where `make setup` puts it, or where it is installed.
    private static let promtool = [
        Workshop.root.appending(path: ".venv/bin/promtool").path, "/usr/bin/promtool",
        "/usr/local/bin/promtool",
    ].first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.needsPeers)
    func `what is open is shown, ended as it was asked for, and told to who watches`() async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let controlled = try await ControlledProxy.start(captures.url, in: folder)
            defer { controlled.proxy.process.send(SIGKILL) }
            var findings = try await Peers.findings(
                "observe",
                ["\(controlled.port)", "\(controlled.proxy.port)"],
                in: folder
            )
            try await controlled.proxy.stop()
            guard let last = try captures.captures.last else { return findings + ["no capture"] }
            let export = try await captures.replay(["export", last.path])
            for word in ["control-close", "control-reset", "control-fin", "\"over\""]
            where !export.output.contains(word) {
                findings.append("the capture does not tell of \(word)")
            }
            return findings
        }
    }

    @Test(
        .needsPeers,
        .enabled(if: promtool != nil, "promtool is not installed: run `make setup`.")
    )
    func `promtool finds no fault with the figures, and they move as traffic and faults do`()
        async throws
    {
        try await inScratchFolder { folder in
            try await findings("promtool", [Self.promtool ?? ""], in: folder)
        }
    }

    @Test(.needsPeers)
    func `the description is valid OpenAPI, and every call is answered as it says`() async throws {
        try await inScratchFolder { folder in try await findings("openapi", in: folder) }
    }

    /// What a script finds that is told where a proxy and its control port are.
    private func findings(
        _ script: String,
        _ arguments: [String] = [],
        in folder: URL
    ) async throws -> [String] {
        let captures = try CapturesFolder(in: folder)
        let controlled = try await ControlledProxy.start(captures.url, in: folder)
        defer { controlled.proxy.process.send(SIGKILL) }
        let findings = try await Peers.findings(
            script,
            ["\(controlled.port)", "\(controlled.proxy.port)"] + arguments,
            in: folder
        )
        try await controlled.proxy.stop()
        return findings
    }

    @Test func `the commands that talk to a running wsproxy`() async throws {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let controlled = try await ControlledProxy.start(captures.url, in: folder)
            defer { controlled.proxy.process.send(SIGKILL) }
            var findings: [String] = []
            for (call, text) in [
                ("status", "healthy"), ("status --json", "\"status\":\"healthy\""),
                ("connections", "0 open"), ("mark here", "marked"), ("captures", "recording"),
                ("captures --rotate", "sealed"), ("cut --all --how close", "0 connections"),
                ("healthcheck", ""),
            ] {
                let (ending, output) = try await controlled.call(call)
                findings += mismatch([ending], [.exit(0)], "\(call): ended with")
                let isSaid = text.isEmpty ? output.isEmpty : output.contains(text)
                if !isSaid { findings.append("\(call) said '\(output)', not '\(text)'") }
            }
            let (ending, output) = try await controlled.call("cut c9")
            findings += mismatch([ending], [.exit(64)], "cut c9: ended with")
            if !output.contains("connection not found") { findings.append("cut c9: \(output)") }
            try await controlled.proxy.stop()
            for call in ["status", "healthcheck"] {
                let (ending, output) = try await controlled.call(call)
                let code: Int32 = call == "healthcheck" ? 1 : 69
                findings += mismatch([ending], [.exit(code)], "\(call), nobody there: ended with")
                let sentence =
                    "No wsproxy answers on 127.0.0.1:\(controlled.port); start one or say"
                if !output.contains(sentence) { findings.append("\(call): \(output)") }
            }
            return findings
        }
    }
}

/// A proxy with a control port of its own.
private struct ControlledProxy {
    let proxy: RunningProxy
    let port: UInt16
    private let folder: URL

    static func start(_ captures: URL, in folder: URL) async throws -> ControlledProxy {
        let proxy = try await RunningProxy.start(
            upstream: 9,
            capture: captures,
            options: ["--control", "127.0.0.1:0"],
            in: folder
        )
        do {
            let port = try await proxy.process.line("control port", controlPort)
            return ControlledProxy(proxy: proxy, port: port, folder: folder)
        } catch {
            proxy.process.send(SIGKILL)
            throw error
        }
    }

    /// Runs a subcommand of `wsproxy` against it; what it says on both outputs.
    func call(_ words: String) async throws -> (ending: ChildProcess.Ending, output: String) {
        let arguments = words.split(separator: " ").map(String.init)
        let process = try ChildProcess(
            Workshop.proxy,
            arguments + ["--control", "127.0.0.1:\(port)"],
            name: "command",
            in: folder
        )
        let ending = try await process.ending(within: .seconds(20))
        return (ending, process.output + process.errors)
    }

    private static func controlPort(_ line: Substring) -> UInt16? {
        guard line.contains("control port is open") else { return nil }
        let address = line.firstRange(of: "127.0.0.1:").map { line[$0.upperBound...] }
        return address.flatMap { UInt16($0.prefix { $0.isNumber }) }
    }
}
