import Glibc
import Processes
import Vocabulary

/// A proxy or a tool that the benchmark runs: its CPU time while it lives, and its last words.
final class ChildProcess {
    private let process: Processes.ChildProcess

    /// How a process ended.
    struct Ending {
        /// CPU time of its whole life, its own children included.
        var cpu: Duration
        /// Whether it ended by itself and called that a success.
        var isSuccess: Bool
    }

    /// How long a process may take to end after SIGTERM before it is killed.
    static let grace = Duration.seconds(20)

    /// Starts a program; what it prints, on either stream, goes to the file `log`.
    init(_ program: String, _ arguments: [String], environment: [String] = [], log: String) throws {
        do {
            process = try Processes.ChildProcess(
                program,
                arguments,
                environment: environment,
                log: log
            )
        } catch {
            throw BenchError(.unavailable, error.sentence)
        }
    }

    var identifier: pid_t { process.identifier }

    /// This process and the children that it has now.
    var family: [pid_t] {
        let children = TextFile.read("/proc/\(identifier)/task/\(identifier)/children") ?? ""
        return [identifier] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    /// The CPU time that the family has used so far.
    var cpu: Duration {
        family.map(ProcessFigures.cpu).reduce(.zero, +)
    }

    /// What the process has printed so far.
    var printed: String { TextFile.read(process.log) ?? "" }

    /// Asks again and again, until the answer is not nil, while the process lives.
    func waitUntil<Answer>(
        _ what: String,
        within limit: Duration,
        _ question: () throws -> Answer?
    ) throws -> Answer {
        do {
            return try process.wait(until: what, within: limit) {
                try Interruption.check()
                return try question()
            }
        } catch let error as OperatorError {
            throw BenchError(.failed, "\(error.sentence) \(lastWords)")
        }
    }

    /// Waits for a process that ends by itself and returns what it printed.
    func finish() throws -> String {
        while process.waitForEnd(within: .milliseconds(50)) == nil { try Interruption.check() }
        guard process.ending == .exited(0) else {
            throw BenchError(.failed, "\(process.name) failed. \(lastWords)")
        }
        return printed
    }

    /// Ends the process: SIGTERM, and SIGKILL when that was not enough.
    @discardableResult
    func stop() -> Ending {
        let ending = process.stop(within: Self.grace)
        return Ending(cpu: process.cpuTime, isSuccess: ending == .exited(0))
    }

    /// The last lines that the process printed, as a sentence.
    var lastWords: String {
        let lines = printed.split(separator: "\n").suffix(3)
        return lines.isEmpty
            ? "It printed nothing." : "It printed:\n" + lines.joined(separator: "\n")
    }
}
