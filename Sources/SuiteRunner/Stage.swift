import Console
import Foundation
import Processes
import Vocabulary

/// One run of bot → wsproxy → dashboard, each a process of its own, with its files in one folder.
final class Stage {
    /// Where the three programs are.
    let programs: String
    /// Where everything goes that this run writes.
    let folder: String

    private var dashboard: ChildProcess?
    private var proxy: ChildProcess?
    private var bot: ChildProcess?
    private var dashboardAddress = "127.0.0.1:0"
    private var proxyAddress = ""
    private var controlAddress = ""
    private var callCount = 0

    init(programs: String, folder: String) throws {
        self.programs = programs
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        bot?.kill()
        proxy?.kill()
        dashboard?.kill()
    }

    var capture: String { "\(folder)/run.wscap" }
    var journal: String { "\(folder)/published.jsonl" }
    var received: String { "\(folder)/received.jsonl" }

    /// Starts the dashboard, at its old address when it has had one.
    func startDashboard() throws {
        let log = "\(folder)/dashboard.log"
        let already = Self.lines(of: log).count
        let process = try ChildProcess(
            "\(programs)/wssuite",
            [
                "dashboard", "--listen", dashboardAddress, "--received", received, "--work", "4ms",
                "--log-format", "json",
            ],
            log: log
        )
        dashboard = process
        dashboardAddress = try Self.address(of: process, skipping: already)
    }

    /// Starts the proxy in front of the dashboard.
    func startProxy() throws {
        let process = try ChildProcess(
            "\(programs)/wsproxy",
            [
                "--listen", "127.0.0.1:0", "--upstream", "ws://\(dashboardAddress)", "--capture",
                capture, "--control", "127.0.0.1:0", "--seed", "4711", "--log-format", "json",
            ],
            log: "\(folder)/wsproxy.log"
        )
        proxy = process
        proxyAddress = try Self.address(of: process, skipping: 0)
        controlAddress = try Self.address(
            of: process,
            skipping: 0,
            message: "control port is open"
        )
    }

    /// Has `wsproxy` call the control port of the proxy that runs.
    ///
    /// - Parameter arguments: The command, such as `toxic add ws_drop`.
    /// - Returns: What it printed.
    /// - Throws: ``OperatorError`` when the call was refused.
    func control(_ arguments: [String]) throws -> String {
        callCount += 1
        let output = "\(folder)/control-\(callCount).txt"
        let process = try ChildProcess(
            "\(programs)/wsproxy",
            arguments + ["--control", controlAddress],
            log: output
        )
        let ending = process.waitForEnd(within: .seconds(20))
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard ending == .exited(0) else {
            throw OperatorError(
                .unavailable,
                "wsproxy \(arguments.joined(separator: " ")) did not end well: \(text)"
            )
        }
        return text
    }

    /// Starts the bot; it knows the proxy's address and nothing of a proxy.
    func startBot(_ arguments: [String]) throws {
        bot = try ChildProcess(
            "\(programs)/wssuite",
            [
                "bot", "--url", "ws://\(proxyAddress)/ws", "--journal", journal, "--max-retries",
                "0",
                "--retry-delay", "100ms", "--summary", "json", "--log-format", "json",
            ] + arguments,
            log: "\(folder)/bot.log"
        )
    }

    /// Waits until the dashboard has accepted so many messages.
    func waitForAccepted(_ count: Int, _ progress: (Int) -> Void) throws {
        guard let bot else { return }
        try bot.wait(until: "published \(count) messages", within: .seconds(60)) {
            let accepted = Self.lines(of: received).count
            progress(accepted)
            return accepted >= count ? () : nil
        }
    }

    /// Waits until the bot has published so many messages, whether anybody accepts them or not.
    func waitForPublished(_ count: Int, _ progress: (Int) -> Void) throws {
        guard let bot else { return }
        try bot.wait(until: "published \(count) messages", within: .seconds(60)) {
            let published = Self.lines(of: journal).count
            progress(published)
            return published >= count ? () : nil
        }
    }

    /// Kills the dashboard as a crash would: no close frame, nothing flushed.
    func killDashboard() {
        dashboard?.kill()
    }

    /// Waits for the bot to finish, then ends the dashboard and the proxy in order.
    func finish() throws {
        guard let ending = bot?.waitForEnd(within: .seconds(60)) else {
            throw OperatorError(
                .unavailable,
                "The bot did not finish; its log is \(folder)/bot.log."
            )
        }
        guard case .exited(0) = ending else {
            throw OperatorError(
                .unavailable,
                "The bot ended with \(ending); its log is \(folder)/bot.log."
            )
        }
        proxy?.stop()
        dashboard?.stop()
        guard proxy?.ending == .exited(0) else {
            throw OperatorError(
                .unavailable,
                "wsproxy did not end well; its log is \(folder)/wsproxy.log."
            )
        }
    }

    /// Runs `wsreplay` on the capture.
    ///
    /// - Returns: Its exit code, and what it printed.
    func verify(_ arguments: [String], output name: String) throws -> (code: Int32, text: String) {
        let output = "\(folder)/\(name)"
        let color = Terminal.wantsColor && !arguments.contains("json") ? ["FORCE_COLOR=1"] : []
        let process = try ChildProcess(
            "\(programs)/wsreplay",
            [capture, "--verify"] + arguments,
            environment: color,
            log: output
        )
        guard case .exited(let code)? = process.waitForEnd(within: .seconds(60)) else {
            throw OperatorError(.unavailable, "wsreplay did not end well; it printed \(output).")
        }
        return (code, try String(contentsOfFile: output, encoding: .utf8))
    }

    private struct LogLine: Decodable {
        var message: String
        var address: String?
    }

    /// The address that a server says it listens on.
    private static func address(
        of process: ChildProcess,
        skipping count: Int,
        message: String = "listening"
    ) throws -> String {
        let decoder = JSONDecoder()
        return try process.wait(until: "listened", within: .seconds(20)) {
            for line in lines(of: process.log).dropFirst(count) {
                // A line that is not whole yet, or no log line at all, is looked at again.
                guard line.hasPrefix("{"), line.hasSuffix("}") else { continue }
                let parsed = try decoder.decode(LogLine.self, from: Data(line.utf8))
                if parsed.message == message, let address = parsed.address { return address }
            }
            return nil
        }
    }

    private static func lines(of path: String) -> [Substring] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
}
