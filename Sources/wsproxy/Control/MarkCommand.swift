import ArgumentParser
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy mark`: puts a label on the timeline.
struct MarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Put a label on the timeline of the captures of a running wsproxy.",
        discussion: """
            'wsreplay run.wscap' lists the marks; a test that says where its steps begin is found again later.

              wsproxy mark "dashboard restarted"
            """
    )

    @Argument(help: "1 to 200 bytes without control characters.") var label: String
    @Option(help: "Only of this proxy.") var proxy: String?
    @OptionGroup var target: ControlTarget

    func run() async throws {
        var members: [(String, JSONValue)] = [("label", .string(label))]
        if let proxy { members.append(("proxy", .string(proxy))) }
        _ = try await target.client().call("POST", "/marks", body: JSONValue.object(members).text)
        ControlOutput.say("marked")
    }
}
