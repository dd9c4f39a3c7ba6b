import ArgumentParser
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy captures`: the files of a running proxy.
struct CapturesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "captures",
        abstract: "List the capture files of a running wsproxy, or end them and begin new ones.",
        discussion: """
            Examples:
              wsproxy captures
              wsproxy captures --rotate
            """
    )

    @Flag(help: "End the files that are being written, and begin new ones.") var rotate = false
    @Option(help: "Only of this proxy.") var proxy: String?
    @OptionGroup var target: ControlTarget

    func run() async throws {
        let query = proxy.map { "?proxy=\($0.percentEncoded)" } ?? ""
        let client = try target.client()
        let text =
            rotate
            ? try await client.call("POST", "/captures/rotate\(query)")
            : try await client.call("GET", "/captures\(query)")
        let answer = try JSONValue.answer(text)
        for file in answer[rotate ? "sealed" : "captures"]?.elements ?? [] {
            ControlOutput.say(
                "\(file.text(at: "proxy"))  \(file.text(at: "state"))  \(file.text(at: "bytes")) bytes  "
                    + file.text(at: "path")
            )
        }
    }
}
