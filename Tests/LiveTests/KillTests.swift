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
        /// Whether both legs speak TLS.
        var isSecured = false

        var testDescription: String {
            "WSCAP_KILL_SEED=\(seed) \(options.joined(separator: " "))"
        }

        /// How the proxy records in this round: the seed decides.
        var options: [String] {
            Self.styles[Int(seed % UInt64(Self.styles.count))]
        }

        /// Every store, with files that are full after a moment, and with several loops.
        private static let styles = [
            ["--store", "ring"],
            ["--store", "write"],
            ["--store", "ring", "--rotate-size", "64K"],
            ["--store", "ring", "--ring-size", "4M", "--rotate-time", "1s"],
            ["--store", "write", "--rotate-size", "100K"],
            ["--store", "ring", "--loops", "2", "--rotate-size", "200K"],
        ]

        static let all: [Round] = {
            let first = Workshop.number("WSCAP_KILL_SEED") ?? .random(in: 0..<1_000_000)
            let count = Workshop.number("WSCAP_KILL_ROUNDS") ?? 30
            return (0..<count).map { Round(seed: first + $0) }
        }()

        /// Some of them over TLS, each way to record at least once.
        static let secured = all.prefix(max(styles.count, all.count / 5)).map {
            Round(seed: $0.seed, isSecured: true)
        }
    }

    @Test(arguments: Round.all)
    func `What peers received before kill -9 is in the sealed capture`(round: Round) async throws {
        try await inScratchFolder { folder in
            let logs = try await killUnderLoad(round, in: folder)
            try await seal(in: folder)
            return try await findings(logs, in: folder)
        }
    }

    @Test(arguments: Round.secured)
    func `What peers decrypted before kill -9 is in the sealed capture`(round: Round) async throws {
        try await inScratchFolder { folder in
            let logs = try await killUnderLoad(round, in: folder)
            try await seal(in: folder)
            return try await findings(logs, in: folder)
        }
    }

    @Test func `A capture that lost half of its bytes does not pass`() async throws {
        try await inScratchFolder { folder in
            let logs = try await killUnderLoad(Round(seed: 0), in: folder)
            try await seal(in: folder)
            for capture in try captures(in: folder) {
                let bytes = try Data(contentsOf: capture)
                try bytes.prefix(bytes.count / 2).write(to: capture)
            }
            try await seal(in: folder)
            let isMissed = try await findings(logs, in: folder).isEmpty
            return isMissed ? ["half of the capture was taken away, and nobody noticed"] : []
        }
    }

    @Test func `A proxy that starts again seals what a killed one left`() async throws {
        try await inScratchFolder { folder in
            let logs = try await killUnderLoad(Round.all[0], in: folder)
            let second = try await RunningProxy.start(
                upstream: 9,
                capture: captureFolder(folder),
                options: ["--name", "another"],
                in: folder
            )
            try await second.stop()
            let rings = try FileManager.default.contentsOfDirectory(
                atPath: captureFolder(folder).path
            ).filter { $0.hasSuffix(".ring") }
            return try await findings(logs, in: folder) + rings.map { "\($0) was left behind" }
        }
    }

    private func captureFolder(_ folder: URL) -> URL {
        folder.appending(path: "captures")
    }

    /// The captures of the killed run, in the order of their names.
    ///
    /// A file that had just begun when its proxy was killed is empty, and holds nothing to check.
    private func captures(in folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(atPath: captureFolder(folder).path)
            .filter { $0.hasSuffix(".wscap") && $0.contains("-bridge") }
            .sorted()
            .map { captureFolder(folder).appending(path: $0) }
            .filter { try Data(contentsOf: $0).isEmpty == false }
    }

    /// Kills a proxy at a random moment while many connections talk in both directions.
    private func killUnderLoad(_ round: Round, in folder: URL) async throws -> Logs {
        let seed = round.seed
        try FileManager.default.createDirectory(
            at: captureFolder(folder),
            withIntermediateDirectories: true
        )
        let logs = Logs(
            client: folder.appending(path: "client.json"),
            server: folder.appending(path: "server.json")
        )
        let legs = SecuredLegs(
            certificates: round.isSecured ? try await .ofThisRun : nil,
            client: round.isSecured ? .secured(version: nil) : .plain,
            server: round.isSecured ? .secured(version: nil) : .plain
        )
        let serving = try Peers.start(
            "load",
            ["serve", "--seed", "\(seed)", "--log", logs.server.path] + legs.serving,
            name: "load-serve",
            in: folder
        )
        defer { serving.send(SIGKILL) }
        let port = try await serving.line("its port") {
            decode([String: UInt16].self, from: Data($0.utf8))?["port"]
        }
        let proxy = try await RunningProxy.start(
            upstream: port,
            scheme: legs.scheme,
            capture: captureFolder(folder),
            options: round.options + legs.relaying,
            in: folder
        )
        defer { proxy.process.send(SIGKILL) }
        let connecting = try Peers.start(
            "load",
            ["connect", "--seed", "\(seed)", "--log", logs.client.path, "--port", "\(proxy.port)"]
                + legs.connecting,
            name: "load-connect",
            in: folder
        )
        defer { connecting.send(SIGKILL) }
        _ = try await connecting.line("\"started\"") { $0 == "started" ? true : nil }

        // Not a wait for anything: the random moment is what this test is about.
        var dice = SeededDice(seed: seed)
        let longest = round.options.contains("1s") ? 2_500_000 : 350_000
        try await Task.sleep(for: .microseconds(Int.random(in: 0..<longest, using: &dice)))
        try await proxy.kill()

        try await connecting.finish(within: .seconds(30))
        serving.send(SIGTERM)
        try await serving.finish(within: .seconds(30))
        return logs
    }

    private func seal(in folder: URL) async throws {
        let seal = try ChildProcess(
            Workshop.replay,
            ["seal", captureFolder(folder).path],
            name: "wsreplay-seal",
            in: folder
        )
        try await seal.finish()
    }

    /// Whatever is wrong with the sealed captures, as files and against what the peers received.
    private func findings(_ logs: Logs, in folder: URL) async throws -> [String] {
        let captures = try captures(in: folder)
        let paths = captures.map(\.path)
        let received = ["--client", logs.client.path, "--server", logs.server.path]
        var found = try await Peers.findings("check_received", paths + received, in: folder)
        for path in paths {
            found += try await Peers.findings("check_mcap", [path], in: folder)
        }
        return try await found
            + messageFindings(logs, Captured.messages(of: captures, in: folder))
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
