import ArgumentParser
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy connections`: what is open now.
struct ConnectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "List the connections of a running wsproxy.",
        discussion: """
            Examples:
              wsproxy connections
              wsproxy connections --proxy bridge --json
            """
    )

    @Option(help: "Only of this proxy.") var proxy: String?
    @Flag(help: "As the control port answers it (GET /connections).") var json = false
    @OptionGroup var target: ControlTarget

    func run() async throws {
        let query = proxy.map { "&proxy=\($0.percentEncoded)" } ?? ""
        let text = try await target.client().call("GET", "/connections?limit=1000\(query)")
        guard !json else { return ControlOutput.say(text) }
        let answer = try JSONValue.answer(text)
        let list = answer["connections"]?.elements ?? []
        for connection in list {
            let faults = connection["faults"]?.elements.map(\.plain).joined(separator: ", ") ?? ""
            ControlOutput.say(
                "\(connection.text(at: "proxy"))  \(connection.text(at: "id"))  "
                    + "\(connection.text(at: "state"))  \(connection.text(at: "path"))  "
                    + "\(connection.text(at: "client"))  → \(Self.messages(connection, "client_to_server"))"
                    + "  ← \(Self.messages(connection, "server_to_client"))"
                    + (faults.isEmpty ? "" : "  faults: \(faults)")
            )
        }
        let active = answer.text(at: "active")
        let isAll = active == "\(list.count)"
        ControlOutput.say("\(active) open" + (isAll ? "" : ", \(list.count) of them shown"))
    }

    private static func messages(_ connection: JSONValue, _ name: String) -> String {
        "\(connection[name]?.text(at: "messages") ?? "0") messages"
    }
}
