import ArgumentParser
import ControlClient
import Vocabulary

/// `wsproxy reset`: no faults any more.
struct ResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract:
            "Remove all faults of a running wsproxy: every proxy is on, nothing is disturbed.",
        discussion: """
            Toxics are removed, partitions healed, scenarios stopped, and proxies that are off are started. Connections stay, \
            but for those in which a 'timeout' has swallowed bytes.
            """
    )

    @OptionGroup var target: ControlTarget

    func run() async throws {
        _ = try await target.client().call("POST", "/reset")
        ControlOutput.say("reset: nothing is disturbed")
    }
}
