import ArgumentParser
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy status`: how a running proxy stands, on one page.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how a running wsproxy stands: connections, traffic, capture, faults.",
        discussion: """
            Examples:
              wsproxy status
              wsproxy status --json | jq .upstream_reachable
            """
    )

    @Flag(help: "As the control port answers it (GET /api/websocket/status).") var json = false
    @OptionGroup var target: ControlTarget

    func run() async throws {
        let client = try target.client()
        let text = try await client.call("GET", "/api/websocket/status")
        guard !json else { return ControlOutput.say(text) }
        let status = try JSONValue.answer(text)
        let proxies = try JSONValue.answer(await client.call("GET", "/proxies")).members
        let health = try await Readiness.ask(client)
        let capture = status["capture"]
        let faults = proxies.reduce(0) { $0 + ($1.1["toxics"]?.elements.count ?? 0) }
        let reason = capture?["reason"].flatMap { $0 == .null ? nil : " (\($0.plain))" }
        let lines: [(String, String)] = [
            ("status", status.text(at: "status")), ("health", health.text),
            (
                "proxies",
                proxies.map { "\($0.0) \($0.1.text(at: "listen"))" }.joined(separator: ", ")
            ),
            (
                "connections",
                "\(status.text(at: "active_connections")) open, "
                    + "\(status.text(at: "total_connections")) in all, "
                    + "\(status.text(at: "reconnects")) came back, \(status.text(at: "errors")) errors"
            ),
            ("client to server", Self.flow(status, "client_to_server")),
            ("server to client", Self.flow(status, "server_to_client")),
            ("last message", status.text(at: "last_message_time")),
            ("upstream", Self.upstream(status["upstream_reachable"])),
            (
                "capture",
                "\(capture?.text(at: "state") ?? "–")\(reason ?? ""), "
                    + "\(capture?.text(at: "bytes") ?? "0") bytes, \(capture?.text(at: "gaps") ?? "0") gaps"
            ),
            ("faults", faults == 0 ? "none" : "\(faults)"),
        ]
        for (name, value) in lines {
            ControlOutput.say(name + String(repeating: " ", count: 18 - name.count) + value)
        }
    }

    private static func flow(_ status: JSONValue, _ name: String) -> String {
        "\(status["messages"]?.text(at: name) ?? "0") messages, "
            + "\(status["bytes"]?.text(at: name) ?? "0") bytes"
    }

    private static func upstream(_ value: JSONValue?) -> String {
        switch value {
        case .bool(true): "reachable"
        case .bool(false): "not reachable"
        default: "not dialled yet"
        }
    }
}

extension JSONValue {
    /// A member's value as people read it.
    func text(at name: String) -> String {
        guard let value = self[name], value != .null else { return "–" }
        return value.plain
    }
}
