import ArgumentParser
import Console
import ControlAPI
import ControlClient
import Documents
import Vocabulary

/// `wsproxy partition`: all traffic of a proxy stands still, silently.
struct PartitionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partition",
        abstract: "Let all traffic of a running proxy stand still, silently, or flow again.",
        discussion: """
            Like a partition of the network: nothing passes, no end either, and whoever connects hears nothing. When it is \
            healed, everything goes on in order.

            Examples:
              wsproxy partition
              wsproxy partition --heal
              wsproxy partition --direction server-to-client --for 3s

            With --for the running wsproxy heals it by itself, and this command waits for that; Ctrl-C heals it at once.
            """
    )

    @Option(help: "both, client-to-server or server-to-client. [default: both]")
    var direction: String?

    @Option(name: .customLong("for"), help: "Heal it after so long, such as 3s.")
    var lasts: String?

    @Flag(help: "Heal what there is.") var heal = false

    @OptionGroup var proxy: ProxyOption
    @OptionGroup var target: ControlTarget

    func validate() throws {
        guard !heal || (lasts == nil && direction == nil) else {
            throw ValidationError(
                "--heal heals all that there is; leave --for and --direction out."
            )
        }
    }

    func run() async throws {
        let client = try target.client()
        if heal {
            let query = proxy.proxy.map { "?proxy=\($0.percentEncoded)" } ?? ""
            _ = try await client.call("DELETE", "/partition\(query)")
            return ControlOutput.say("healed")
        }
        let name = try await proxy.name(client)
        let direction = direction ?? "both"
        if let lasts {
            _ = try EnvironmentTwin.duration(lasts, name: "--for")
            let step = JSONValue.object([
                ("at", .number("0")), ("partition", .string(direction)), ("for", .string(lasts)),
            ])
            let scenario = JSONValue.object([
                ("name", .string("partition")), ("proxy", .string(name)),
                ("steps", .array([step])),
            ])
            return try await ScenarioPlayer(client: client).play(scenario)
        }
        let body = JSONValue.object([
            ("proxy", .string(name)), ("direction", .string(direction)),
        ])
        let answer = try JSONValue.answer(
            await client.call("POST", "/partition", body: body.text)
        )
        ControlOutput.say(
            "\(name) is partitioned (\(answer["direction"]?.plain ?? "")); heal it with "
                + "'wsproxy partition --heal'"
        )
    }
}
