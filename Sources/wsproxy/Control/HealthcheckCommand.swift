import ArgumentParser
import Console
import ControlClient
import Vocabulary

/// `wsproxy healthcheck`: for containers, in exec form.
struct HealthcheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Say by the exit code whether a running wsproxy can do its work.",
        discussion: """
            Says nothing and exits with 0 when it can; else one sentence on standard error, and 1. It waits 2 s at most.

              HEALTHCHECK --interval=5s --timeout=3s CMD ["wsproxy", "healthcheck"]
            """
    )

    private static let deadline = Duration.seconds(2)

    @OptionGroup var target: ControlTarget

    func run() async throws {
        do throws(OperatorError) {
            let health = try await Readiness.ask(target.client(deadline: Self.deadline))
            guard !health.isReady else { return }
            Self.complain("wsproxy is \(health.text)")
        } catch {
            // Also where the address is wrong: whoever reads the code knows 0 and 1.
            Self.complain(error.sentence)
        }
        throw VerdictExit(.fail)
    }

    private static func complain(_ sentence: String) {
        StandardError.write("wsproxy: \(sentence)\(sentence.last == "." ? "" : ".")\n")
    }
}
