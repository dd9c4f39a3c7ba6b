import Console
import Foundation
import Processes
import Vocabulary

/// The main job in half a minute: bot → wsproxy → dashboard, faults on command, and the verdict.
///
/// Two runs. In the first the control port cuts the connection in the middle of a message and refuses the
/// next upgrades; a bot that resends what was not acknowledged loses nothing, and the verdict passes. In the
/// second it drops trades, and the dashboard is killed as well; a bot that forgets what it has handed to its
/// socket loses messages, and the verdict names them, the dropped ones with the fault. What really happened
/// is known from the journal of the bot and the log of the dashboard, and each verdict is held against it.
public struct Demo {
    private let programs: String
    private let folder: String
    private let printer: DemoPrinter

    /// How many messages a run publishes, and when what happens to it begins and is over.
    private static let messageCount = 900
    private static let disturbAfter = 300
    private static let recoverAfter = 600
    /// How many trades the second run drops.
    private static let dropCount = 5

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
        let resend = try play(
            "resend",
            bot: ["--delivery", "resend", "--queue-size", "5000"],
            disturb: cut
        )
        let isRight = try judgeResend(resend)
        let forget = try play(
            "fire-and-forget",
            bot: ["--delivery", "fire-and-forget", "--queue-size", "100"],
            disturb: dropAndCrash
        )
        let isRightToo = try judgeForget(forget)
        printer.end(isRight: isRight && isRightToo, folder: folder)
        return isRight && isRightToo
    }

    // MARK: The runs

    private func play(
        _ mode: String,
        bot: [String],
        disturb: (Stage) throws -> Void
    ) throws -> Stage {
        let stage = try Stage(programs: programs, folder: "\(folder)/\(mode)")
        printer.heading(mode)
        try stage.startDashboard()
        try stage.startProxy()
        try stage.startBot(["--rate", "300", "--count", String(Self.messageCount)] + bot)
        try disturb(stage)
        try stage.finish()
        printer.step("bot finished; proxy stopped, capture sealed")
        return stage
    }

    /// The connection breaks in the middle of a message, and the next upgrades are refused.
    private func cut(_ stage: Stage) throws {
        try stage.waitForAccepted(Self.disturbAfter) {
            printer.progress("messages accepted", $0, Self.disturbAfter)
        }
        try control(
            stage,
            "toxic add ws_refuse --name closed-door -a status=503 -a count=3"
        )
        try control(
            stage,
            "toxic add ws_cut --name scissors --stream upstream -a how=reset -a bytes=20 -a count=1"
        )
    }

    /// Trades are dropped; later the dashboard crashes and comes back.
    private func dropAndCrash(_ stage: Stage) throws {
        try control(
            stage,
            "toxic add ws_drop --name lost-trades --stream upstream "
                + "-a match_type=trade_execution -a count=\(Self.dropCount)"
        )
        try stage.waitForAccepted(Self.disturbAfter) {
            printer.progress("messages accepted", $0, Self.disturbAfter)
        }
        stage.killDashboard()
        printer.step("dashboard killed with SIGKILL after \(Self.disturbAfter) messages")
        try stage.waitForPublished(Self.recoverAfter) {
            printer.progress("messages published while it is down", $0, Self.recoverAfter)
        }
        try stage.startDashboard()
        printer.step("dashboard started again; meanwhile the bot went on publishing")
    }

    private func control(_ stage: Stage, _ command: String) throws {
        let text = try stage.control(command.split(separator: " ").map(String.init))
        printer.command("wsproxy \(command)", text)
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
                "\(named.recoveredCount) messages were recovered after the cut",
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
        let dropped = alone.places("lost", because: "fault-dropped")
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
                "named lost because the fault dropped them: \(dropped.count), all of them trades",
                dropped.count == Self.dropCount
                    && dropped.allSatisfy { $0.stream.hasPrefix("trade_execution") }
            ),
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
