import ArgumentParser
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy cut`: ends connections now.
struct CutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut",
        abstract: "End one connection of a running wsproxy, or all of them, now.",
        discussion: """
            fin closes both sides in order, reset breaks them with RST, close says a WebSocket close frame to both sides \
            between frames and waits for their answers.

            Examples:
              wsproxy cut c7 --how reset
              wsproxy cut --all --how close --code 1012 --reason restarting

            To cut at a certain message, or within one, see 'wsproxy toxic add ws_cut'.
            """
    )

    @Argument(help: "The connection, such as c7; 'wsproxy connections' lists them.")
    var connection: String?

    @Flag(help: "End all of them.") var all = false
    @Option(help: "fin, reset or close. [default: fin]") var how: String?
    @Option(help: "With close: the status code. [default: 1001]") var code: Int?
    @Option(help: "With close: the reason.") var reason: String?
    @Option(help: "Only of this proxy.") var proxy: String?
    @OptionGroup var target: ControlTarget

    func validate() throws {
        guard (connection == nil) == all else {
            throw ValidationError("Say which connection is meant, or --all.")
        }
    }

    func run() async throws {
        let given: [(String, String?)] = [
            ("proxy", proxy), ("how", how), ("code", code.map(String.init)), ("reason", reason),
        ]
        let query = given.compactMap { name, value in value.map { "\(name)=\($0.percentEncoded)" } }
            .joined(separator: "&")
        let path = connection.map { "/connections/\($0.percentEncoded)" } ?? "/connections"
        let text = try await target.client()
            .call("DELETE", query.isEmpty ? path : "\(path)?\(query)")
        guard connection == nil else { return ControlOutput.say("ending \(connection ?? "")") }
        ControlOutput.say("ending \(try JSONValue.answer(text).text(at: "ended")) connections")
    }
}
