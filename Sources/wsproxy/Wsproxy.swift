import ArgumentParser
import Console
import Vocabulary

/// The command `wsproxy`.
@main
struct Wsproxy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wsproxy",
        abstract: "A transparent WebSocket proxy that records every frame.",
        discussion: """
            Put it between a client and a server that need not know of it:

              client ──▶ wsproxy (--listen) ──▶ server (--upstream)

            Everything that passes is in the capture before it is forwarded. Read the capture with \
            wsreplay.

              wsproxy --listen 0.0.0.0:8000 --upstream ws://dashboard-behind:8000 --capture captures/

            'wsproxy run --help' lists the options and their twins in the environment.
            """,
        version: Version.number,
        subcommands: [
            RunCommand.self, ToxicCommand.self, PartitionCommand.self, ScenarioCommand.self,
            ResetCommand.self, StatusCommand.self, ConnectionsCommand.self, CutCommand.self,
            MarkCommand.self, CapturesCommand.self, HealthcheckCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    static func main() async {
        await CommandMain.run(Self.self)
    }
}
