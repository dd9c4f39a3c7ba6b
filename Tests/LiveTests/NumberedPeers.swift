import Foundation

/// Peers that number their messages, and what they wrote down (`peers/numbered.py`).
struct NumberedPeers {
    /// What one end of one connection wrote down: digests, in order.
    struct Log: Decodable {
        let sent: [String]
        let received: [String]
    }

    /// What both ends of all connections wrote down, by request target.
    struct Logs {
        let client: [String: Log]
        let server: [String: Log]

        /// Everything that was sent, flow by flow.
        var sent: [[String]] { Array(client.values).map(\.sent) + Array(server.values).map(\.sent) }

        /// What is wrong with the peers themselves: the proxy must have kept everything.
        var findings: [String] {
            if client.isEmpty { return ["no connection was made"] }
            return client.keys.sorted().flatMap { target -> [String] in
                guard let near = client[target], let far = server[target] else {
                    return ["\(target) did not reach the server"]
                }
                return mismatch(far.received, near.sent, "\(target) →")
                    + mismatch(near.received, far.sent, "\(target) ←")
            }
        }

        /// Each flow that the capture holds otherwise than it was sent.
        func differences(_ captured: [Captured.Flow: [Captured.Message]]) -> [String] {
            var flows: [String: [String]] = [:]
            for messages in captured.values {
                let digests = messages.filter { ["text", "binary"].contains($0.opcode) }
                    .map(\.sha256)
                // The first message of a flow names it.
                if let first = digests.first { flows[first] = digests }
            }
            return sent.filter { !$0.isEmpty }.flatMap { digests in
                mismatch(flows[digests[0]] ?? [], digests, "captured")
            }
        }
    }

    /// The port of the server.
    let port: UInt16
    private let serving: ChildProcess
    private let options: [String]
    private let folder: URL
    private let name: String

    /// Starts the server.
    ///
    /// The options are for both sides, `serving` for the server alone; the name tells several pairs of
    /// peers apart.
    static func serve(
        _ options: [String] = [],
        serving: [String] = [],
        name: String = "numbered",
        in folder: URL
    ) async throws -> NumberedPeers {
        let log = folder.appending(path: "\(name)-server.json")
        let process = try Peers.start(
            "numbered",
            ["serve", "--log", log.path] + options + serving,
            name: "\(name)-serve",
            in: folder
        )
        let port = try await process.line("its port") {
            decode([String: UInt16].self, from: Data($0.utf8))?["port"]
        }
        return NumberedPeers(
            port: port,
            serving: process,
            options: options,
            folder: folder,
            name: name
        )
    }

    /// Starts the client.
    func connect(through port: UInt16, _ options: [String] = []) throws -> ChildProcess {
        try Peers.start(
            "numbered",
            ["connect", "--port", "\(port)", "--prefix", name, "--log", clientLog.path]
                + self.options + options,
            name: "\(name)-connect",
            in: folder
        )
    }

    /// Lets the client say all that it has to say.
    func talk(through port: UInt16, _ options: [String] = []) async throws {
        try await connect(through: port, options).finish()
    }

    /// Stops the server, and answers what both sides wrote down.
    func stop() async throws -> Logs {
        serving.send(SIGTERM)
        try await serving.finish(within: .seconds(20))
        return try Logs(
            client: read(clientLog),
            server: read(folder.appending(path: "\(name)-server.json"))
        )
    }

    private var clientLog: URL { folder.appending(path: "\(name)-client.json") }

    private func read(_ file: URL) throws -> [String: Log] {
        try JSONDecoder().decode([String: Log].self, from: Data(contentsOf: file))
    }
}
