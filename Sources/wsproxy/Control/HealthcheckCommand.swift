import ArgumentParser
import Console
import ControlAPI
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
            let answer = try await target.client(deadline: Self.deadline)
                .send("GET", "/health/ready")
            guard answer.status != 200 else { return }
            Self.complain("wsproxy is not ready: \(Self.reasons(answer))")
        } catch {
            guard error.failure != .usage else { throw error }
            Self.complain(error.sentence)
        }
        throw VerdictExit(.fail)
    }

    private static func complain(_ sentence: String) {
        StandardError.write("wsproxy: \(sentence)\n")
    }

    /// What is wrong, as far as the port tells it.
    private static func reasons(_ answer: ControlAnswer) -> String {
        do throws(OperatorError) {
            let checks = try JSONValue.answer(answer.body)["checks"]?.members ?? []
            let wrong = checks.filter { $0.1["ok"] == .bool(false) }
                .map { "\($0.0): \($0.1.text(at: "reason"))" }
            return wrong.isEmpty
                ? "\(answer.reason) (HTTP \(answer.status))." : wrong.joined(separator: "; ") + "."
        } catch {
            return "\(answer.reason) (HTTP \(answer.status))."
        }
    }
}
