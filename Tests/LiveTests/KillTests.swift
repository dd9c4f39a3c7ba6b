import Foundation
import Testing

/// After `kill -9` at any instant, whatever a peer received through the proxy is in the capture.
@Suite(.needsPeers, .serialized)
struct KillTests {
    /// One kill.
    ///
    /// `WSCAP_KILL_SEED` and `WSCAP_KILL_ROUNDS` choose which and how many.
    struct Round: CustomTestStringConvertible, Sendable {
        let seed: UInt64

        var testDescription: String { "WSCAP_KILL_SEED=\(seed)" }

        static let all: [Round] = {
            let first = Workshop.number("WSCAP_KILL_SEED") ?? .random(in: 0..<1_000_000)
            let count = Workshop.number("WSCAP_KILL_ROUNDS") ?? 20
            return (0..<count).map { Round(seed: first + $0) }
        }()
    }

    @Test(arguments: Round.all)
    func `What peers received before kill -9 is in the sealed capture`(round: Round) async throws {
        try await inScratchFolder { folder in
            let (logs, capture) = try await killUnderLoad(seed: round.seed, in: folder)
            try await seal(capture, in: folder)
            return try await findings(logs, capture, in: folder)
        }
    }

    @Test func `A capture that lost half of its bytes does not pass`() async throws {
        try await inScratchFolder { folder in
            let (logs, capture) = try await killUnderLoad(seed: 1, in: folder)
            let bytes = try Data(contentsOf: capture)
            try bytes.prefix(bytes.count / 2).write(to: capture)
            try await seal(capture, in: folder)
            let isMissed = try await findings(logs, capture, in: folder).isEmpty
            return isMissed ? ["half of the capture was taken away, and nobody noticed"] : []
        }
    }

    @Test func `A proxy that starts again seals what a killed one left`() async throws {
        try await inScratchFolder { folder in
            let captures = folder.appending(path: "captures")
            try FileManager.default.createDirectory(
                at: captures,
                withIntermediateDirectories: true
            )
            let (logs, capture) = try await killUnderLoad(
                seed: Round.all[0].seed,
                in: folder,
                captures: captures
            )
            let second = try await RunningProxy.start(upstream: 9, capture: captures, in: folder)
            try await second.stop()
            return try await findings(logs, capture, in: folder)
        }
    }

    /// Kills a proxy at a random moment while many connections talk in both directions.
    private func killUnderLoad(
        seed: UInt64,
        in folder: URL,
        captures: URL? = nil
    ) async throws -> (Logs, capture: URL) {
        let logs = Logs(
            client: folder.appending(path: "client.json"),
            server: folder.appending(path: "server.json")
        )
        let serving = try Peers.start(
            "load",
            ["serve", "--seed", "\(seed)", "--log", logs.server.path],
            name: "load-serve",
            in: folder
        )
        defer { serving.send(SIGKILL) }
        let port = try await serving.line("its port") {
            decode([String: UInt16].self, from: Data($0.utf8))?["port"]
        }
        let proxy = try await RunningProxy.start(upstream: port, capture: captures, in: folder)
        defer { proxy.process.send(SIGKILL) }
        let connecting = try Peers.start(
            "load",
            ["connect", "--seed", "\(seed)", "--log", logs.client.path, "--port", "\(proxy.port)"],
            name: "load-connect",
            in: folder
        )
        defer { connecting.send(SIGKILL) }
        _ = try await connecting.line("\"started\"") { $0 == "started" ? true : nil }

        // Not a wait for anything: the random moment is what this test is about.
        var dice = SeededDice(seed: seed)
        try await Task.sleep(for: .microseconds(Int.random(in: 0..<350_000, using: &dice)))
        try await proxy.kill()

        try await connecting.finish(within: .seconds(30))
        serving.send(SIGTERM)
        try await serving.finish(within: .seconds(30))
        return (logs, proxy.capture)
    }

    private func seal(_ capture: URL, in folder: URL) async throws {
        let seal = try ChildProcess(
            Workshop.replay,
            ["seal", capture.path],
            name: "wsreplay-seal",
            in: folder
        )
        try await seal.finish()
    }

    /// Whatever is wrong with a sealed capture, as a file and against what the peers received.
    private func findings(_ logs: Logs, _ capture: URL, in folder: URL) async throws -> [String] {
        let received = ["--client", logs.client.path, "--server", logs.server.path]
        return try await Peers.findings("check_mcap", [capture.path], in: folder)
            + Peers.findings("check_received", [capture.path] + received, in: folder)
            + messageFindings(logs, Captured.messages(of: capture, in: folder))
    }

    /// Each received message that the capture does not hold in its place.
    private func messageFindings(
        _ logs: Logs,
        _ captured: [Captured.Flow: [Captured.Message]]
    ) throws -> [String] {
        // The first message of each flow names connection and side, so its digest names the flow.
        let flows = captured.values.reduce(into: [String: [String]]()) { flows, messages in
            let digests = messages.filter { ["text", "binary"].contains($0.opcode) && $0.complete }
                .map(\.sha256)
            if let first = digests.first { flows[first] = digests }
        }
        let received = try logs.received(logs.client) + logs.received(logs.server)
        guard received.contains(where: { !$0.messages.isEmpty }) else {
            return ["no message reached any peer before the kill"]
        }
        return received.flatMap { log -> [String] in
            guard let first = log.messages.first else { return [] }
            let digests = flows[first] ?? []
            return mismatch(
                Array(digests.prefix(log.messages.count)),
                log.messages,
                "\(log.label): captured"
            )
        }
    }

    /// Where the peers of one round wrote down what they received.
    private struct Logs {
        let client: URL
        let server: URL

        /// One connection's log, with a label for messages.
        struct Received {
            let label: String
            let messages: [String]
        }

        func received(_ file: URL) throws -> [Received] {
            struct Log: Decodable { let messages: [String] }
            let side = file.deletingPathExtension().lastPathComponent
            return try JSONDecoder().decode([String: Log].self, from: Data(contentsOf: file))
                .map {
                    Received(
                        label: "\($0.key) received by the \(side)",
                        messages: $0.value.messages
                    )
                }
        }
    }
}
