import Console
import Foundation
import Processes
import Vocabulary

/// The main job in half a minute: bot → wsproxy → dashboard, a crash in the middle, and the
/// verdict.
///
/// Two runs. A bot that resends what was not acknowledged loses nothing, and the verdict passes. A
/// bot that forgets what it
/// has handed to its socket loses messages, and the verdict names them. What really happened is
/// known from the journal of
/// the bot and the log of the dashboard, and each verdict is held against it.
public struct Demo {
    private let programs: String
    private let folder: String
    private let printer: DemoPrinter

    /// How many messages a run publishes, and when the dashboard is killed and comes back.
    private static let messageCount = 900
    private static let killAfter = 300
    private static let returnAfter = 600

    /// Prepares a demo.
    ///
    /// - Parameters:
    ///   - programs: The folder of `wsproxy`, `wsreplay` and `wssuite`.
    ///   - folder: Where the runs leave their files.
    public init(programs: String, folder: String) {
        self.programs = programs
        self.folder = folder
        printer = DemoPrinter()
    }

    /// Runs it.
    ///
    /// - Returns: Whether both verdicts were what the truth demands.
    public func run() throws -> Bool {
        printer.picture()
        let resend = try play("resend", bot: ["--delivery", "resend", "--queue-size", "5000"])
        let isRight = try judgeResend(resend)
        let forget = try play(
            "fire-and-forget",
            bot: ["--delivery", "fire-and-forget", "--queue-size", "100"]
        )
        let isRightToo = try judgeForget(forget)
        printer.end(isRight: isRight && isRightToo, folder: folder)
        return isRight && isRightToo
    }

    // MARK: The runs

    private func play(_ mode: String, bot: [String]) throws -> Stage {
        let stage = try Stage(programs: programs, folder: "\(folder)/\(mode)")
        printer.heading(mode)
        try stage.startDashboard()
        try stage.startProxy()
        try stage.startBot(["--rate", "300", "--count", String(Self.messageCount)] + bot)
        try stage.waitForAccepted(Self.killAfter) {
            printer.progress("messages accepted", $0, Self.killAfter)
        }
        stage.killDashboard()
        printer.step("dashboard killed with SIGKILL after \(Self.killAfter) messages")
        try stage.waitForPublished(Self.returnAfter) {
            printer.progress("messages published while it is down", $0, Self.returnAfter)
        }
        try stage.startDashboard()
        printer.step("dashboard started again; meanwhile the bot went on publishing")
        try stage.finish()
        printer.step("bot finished; proxy stopped, capture sealed")
        return stage
    }

    // MARK: The verdicts

    private func judgeResend(_ stage: Stage) throws -> Bool {
        let shown = try stage.verify([], output: "verdict.txt")
        printer.verdict("wsreplay \(stage.capture) --verify", shown.text, code: shown.code)
        _ = try stage.verify(["--format", "json"], output: "verdict.json")
        let named = try NamedMessages(verdict: "\(stage.folder)/verdict.json")
        let truth = try Truth(journal: stage.journal, received: stage.received)
        return printer.compare([
            (
                "the bot published \(truth.published.count) messages and the dashboard accepted "
                    + "all of them",
                truth.lost.isEmpty
            ),
            ("the verdict is pass (exit code 0)", shown.code == 0),
            (
                "\(named.recoveredCount) messages were recovered after the crash",
                named.recoveredCount > 0
            ),
        ])
    }

    private func judgeForget(_ stage: Stage) throws -> Bool {
        let shown = try stage.verify([], output: "verdict.txt")
        printer.verdict("wsreplay \(stage.capture) --verify", shown.text, code: shown.code)
        _ = try stage.verify(["--format", "json"], output: "verdict.json")
        _ = try stage.verify(
            ["--received", stage.received, "--format", "json"],
            output: "verdict-received.json"
        )
        let alone = try NamedMessages(verdict: "\(stage.folder)/verdict.json")
        let informed = try NamedMessages(verdict: "\(stage.folder)/verdict-received.json")
        let truth = try Truth(journal: stage.journal, received: stage.received)
        let lost = alone.places("lost")
        let unknown = alone.places("unknown")
        let informedLost = informed.places("lost")
        return printer.compare([
            (
                "the verdict is not pass (exit code \(shown.code))",
                shown.code == 1 || shown.code == 2
            ),
            (
                "really lost: \(truth.lost.count) of \(truth.published.count) published",
                !truth.lost.isEmpty
            ),
            ("named lost: \(lost.count), all of them really lost", lost.isSubset(of: truth.lost)),
            (
                "named unknown: \(unknown.count); every lost message is among the named",
                truth.lost.isSubset(of: lost.union(unknown))
            ),
            (
                "with the dashboard's log (--received): \(informedLost.count) named lost, "
                    + "exactly the lost ones",
                informedLost == truth.lost
            ),
        ])
    }
}
