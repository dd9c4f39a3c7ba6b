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
                ("status", Self.status(controlled.proxy.port)),
                ("status --json", "{\"status\":\"healthy\","),
                ("connections", "0 open\n"), ("connections --json", "{\"active\":0,"),
                ("mark here", "marked\n"), ("captures", "bridge  recording  "),
                ("captures --rotate", "bridge  sealed  "),
                ("cut --all --how close", "ending 0 connections\n"), ("healthcheck", ""),
            ] {
                let (ending, output) = try await controlled.call(call)
                findings += mismatch([ending], [.exit(0)], "\(call): ended with")
                let isWhole = text.isEmpty || text.hasSuffix("\n")
                let isSaid = isWhole ? output == text : output.hasPrefix(text)
                if !isSaid { findings.append("\(call) said '\(output)', not '\(text)'") }
            }
            for (call, sentence) in Self.refused {
                let (ending, output) = try await controlled.call(call)
                findings += mismatch([ending], [.exit(64)], "\(call): ended with")
                if !output.contains(sentence) { findings.append("\(call): \(output)") }
            }
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

    private static func status(_ port: UInt16) -> String {
        """
        status            healthy
        health            ready
        proxies           bridge 127.0.0.1:\(port)
        connections       0 open, 0 in all, 0 came back, 0 errors
        client to server  0 messages, 0 bytes
        server to client  0 messages, 0 bytes
        last message      –
        upstream          not dialled yet
        capture           recording,
        """
    }

    private static let refused = [
        ("cut c9", "refused: connection not found (HTTP 404).\n"),
        (
            "cut nine",
            "refused: connection is 'nine'; write its number, for example c7 (HTTP 400).\n"
        ),
        ("cut", "Say which connection is meant, or --all."),
        ("cut c1 --all", "Say which connection is meant, or --all."),
        ("cut --all --how hard", "refused: how is 'hard'; choose one of fin, reset and close"),
        (
            "cut --all --code 1001",
            "refused: code is for a close frame; add how=close (HTTP 400).\n"
        ),
        ("connections --proxy no", "refused: proxy not found (HTTP 404).\n"),
        ("captures --rotate --proxy no", "refused: proxy not found (HTTP 404).\n"),
        ("mark here --proxy no", "refused: proxy not found (HTTP 404).\n"),
    ]

    @Test
    func `a container asks for health where the port listens on every address, with its token`()
        async throws
    {
        try await inScratchFolder { folder in
            let captures = try CapturesFolder(in: folder)
            let token = ["WSCAP_CONTROL_TOKEN": "sesame"]
            let controlled = try await ControlledProxy.start(
                captures.url,
                host: "0.0.0.0",
                variables: token,
                in: folder
            )
            defer { controlled.proxy.process.send(SIGKILL) }
            let place = "127.0.0.1:\(controlled.port)"
            let silent = try BusyPort()
            var findings: [String] = []
            for (control, secret, text) in [
                ("0.0.0.0:\(controlled.port)", "sesame", ""),
                (
                    place, "",
                    "The wsproxy on \(place) wants a token; give it in WSCAP_CONTROL_TOKEN."
                ),
                (
                    "127.0.0.1:\(silent.port)", "sesame",
                    "The wsproxy on 127.0.0.1:\(silent.port) has not answered within 2.0 s; see its log, "
                        + "or say with --control where another one is."
                ),
                (
                    "none", "sesame",
                    "WSCAP_CONTROL is 'none'; name the control port of a running wsproxy as "
                        + "address:port, for example 127.0.0.1:8474."
                ),
            ] {
                let (ending, output) = try await command(
                    "healthcheck",
                    variables: ["WSCAP_CONTROL": control, "WSCAP_CONTROL_TOKEN": secret],
                    in: folder
                )
                let isWell = text.isEmpty
                findings += mismatch([ending], [.exit(isWell ? 0 : 1)], "\(control): ended with")
                findings += mismatch([output], [isWell ? "" : "wsproxy: \(text)\n"], control)
            }
            try await controlled.proxy.stop()
            return findings
        }
    }
}

/// A proxy with a control port of its own.
private struct ControlledProxy {
    let proxy: RunningProxy
    let port: UInt16
    private let folder: URL

    /// Starts one; the token of its port, if there is one, is in the environment.
    static func start(
        _ captures: URL,
        host: String = "127.0.0.1",
        variables: [String: String] = [:],
        in folder: URL
    ) async throws -> ControlledProxy {
        let proxy = try await RunningProxy.start(
            upstream: 9,
            capture: captures,
            options: ["--control", "\(host):0"],
            variables: variables,
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
        try await command("\(words) --control 127.0.0.1:\(port)", in: folder)
    }

    private static func controlPort(_ line: Substring) -> UInt16? {
        guard line.contains("control port is open") else { return nil }
        let address = line.firstRange(of: ".0.1:") ?? line.firstRange(of: ".0.0:")
        return address.flatMap { UInt16(line[$0.upperBound...].prefix { $0.isNumber }) }
    }
}

/// Runs `wsproxy` with some words; what it says on both outputs.
private func command(
    _ words: String,
    variables: [String: String] = [:],
    in folder: URL
) async throws -> (ending: ChildProcess.Ending, output: String) {
    let process = try ChildProcess(
        Workshop.proxy,
        words.split(separator: " ").map(String.init),
        variables: variables,
        name: "command",
        in: folder
    )
    let ending = try await process.ending(within: .seconds(20))
    return (ending, process.output + process.errors)
}
