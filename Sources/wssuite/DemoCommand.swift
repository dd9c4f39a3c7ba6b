import ArgumentParser
import Console
import Foundation
import SuiteRunner
import Vocabulary

/// `wssuite demo`.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Bot, wsproxy and dashboard; faults and a crash in the middle; and the verdict, held "
            + "against the truth.",
        discussion: """
            Runs twice, on loopback: a bot that resends what was not acknowledged, and one that does not. Exits with 0
            when both verdicts are what really happened.

              wssuite demo --folder demo
            """
    )

    @Option(help: "Where captures, logs and verdicts go; a new folder named by time is made in it.")
    var folder = "demo"

    func run() throws {
        let programs = try Self.programFolder()
        let stamp = Int(Date().timeIntervalSince1970)
        let path = "\(folder)/\(stamp)"
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw OperatorError(
                .cannotCreate,
                "\(path) cannot be created; choose another place with --folder."
            )
        }
        guard try Demo(programs: programs, folder: path).run() else { throw VerdictExit(.fail) }
    }

    /// The folder of this executable, where its siblings are.
    private static func programFolder() throws -> String {
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = (path as NSString).deletingLastPathComponent
        for name in ["wsproxy", "wsreplay"]
        where !FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
            throw OperatorError(
                .unavailable,
                "\(name) is not beside wssuite in \(folder); build it with 'make build'."
            )
        }
        return folder
    }
}
