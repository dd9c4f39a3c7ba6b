import Foundation

/// What a sealed capture says passed: messages by `wsreplay`, bytes by PyPI's readers.
struct Captured {
    /// One line of `wsreplay frames --messages --json`.
    struct Message: Decodable {
        let connection: String
        let direction: String
        let opcode: String
        let length: Int
        let sha256: String
        let complete: Bool
        let closeCode: Int?
        let closeReason: String?

        /// In the form that peers write down.
        var noted: Transcript.Message {
            Transcript.Message(kind: opcode, length: length, sha256: sha256)
        }
    }

    /// The bytes of one connection, rebuilt from the capture.
    struct Legs: Decodable {
        let connection: Int
        let target: String?
        let clientToServer: Transcript.Run
        let serverToClient: Transcript.Run
    }

    /// One direction of one connection.
    struct Flow: Hashable {
        let connection: String
        let direction: String

        static func clientToServer(_ connection: Int) -> Flow {
            Flow(connection: "c\(connection)", direction: "client-to-server")
        }

        static func serverToClient(_ connection: Int) -> Flow {
            Flow(connection: "c\(connection)", direction: "server-to-client")
        }
    }

    let messages: [Flow: [Message]]
    let legs: [Legs]

    /// Reads a sealed capture.
    init(_ capture: URL, in folder: URL) async throws {
        messages = try await Self.messages(of: [capture], in: folder)
        let rebuilt = try Peers.start("captured_legs", [capture.path], in: folder)
        try await rebuilt.finish()
        legs = try JSONDecoder().decode([Legs].self, from: Data(rebuilt.output.utf8))
    }

    /// The messages of a run's captures, as `wsreplay` reassembles them.
    static func messages(of captures: [URL], in folder: URL) async throws -> [Flow: [Message]] {
        let replay = try ChildProcess(
            Workshop.replay,
            ["frames"] + captures.map(\.path) + ["--messages", "--json"],
            name: "wsreplay-frames",
            in: folder
        )
        try await replay.finish(within: .seconds(120))
        let lines = replay.output.split(separator: "\n")
        let decoder = JSONDecoder()
        let messages = try lines.map { try decoder.decode(Message.self, from: Data($0.utf8)) }
        return Dictionary(grouping: messages) {
            Flow(connection: $0.connection, direction: $0.direction)
        }
    }

    /// Whatever differs between the capture and what both peers of one connection wrote down.
    func differences(
        _ label: String,
        connection: Int,
        client: Transcript.Connection,
        server: Transcript.Connection
    ) -> [String] {
        differences(
            "\(label) →",
            messages[.clientToServer(connection)] ?? [],
            sender: client,
            receiver: server
        )
            + differences(
                "\(label) ←",
                messages[.serverToClient(connection)] ?? [],
                sender: server,
                receiver: client
            )
    }

    private func differences(
        _ label: String,
        _ captured: [Message],
        sender: Transcript.Connection,
        receiver: Transcript.Connection
    ) -> [String] {
        func noted(_ kinds: String...) -> [Transcript.Message] {
            captured.filter { kinds.contains($0.opcode) }.map(\.noted)
        }
        let data = noted("text", "binary")
        let closes = captured.filter { $0.opcode == "close" }
            .map { Transcript.Close(code: $0.closeCode, reason: $0.closeReason ?? "") }
        let seen = receiver.closesReceived
        return [
            mismatch(data, sender.sent, "\(label) captured, against the sender:"),
            mismatch(data, receiver.received, "\(label) captured, against the receiver:"),
            mismatch(noted("ping"), sender.pingsSent, "\(label) captured:"),
            mismatch(noted("pong"), receiver.pongsReceived, "\(label) captured:"),
            mismatch(Array(closes.prefix(seen.count)), seen, "\(label) captured:"),
            captured.filter { !$0.complete }.map { "\(label) captured an incomplete \($0.noted)" },
        ].flatMap(\.self)
    }
}
