import Foundation

/// A program that a test runs; what it prints goes to files, which are there when it has failed.
final class ChildProcess {
    /// How a process ended.
    enum Ending: Equatable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .exit(let code): "exit code \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    /// A name for messages.
    let name: String
    /// Its number, as long as it runs.
    let pid: pid_t
    private let outputFile: URL
    private let errorFile: URL
    /// How it ended, once that is known; until then the process id is its own.
    private var ended: Ending?

    /// Starts a program; its output goes to `NAME.out` and `NAME.err` in a folder.
    ///
    /// `variables` are added to the environment of the tests.
    init(
        _ program: URL,
        _ arguments: [String],
        variables: [String: String] = [:],
        name: String,
        in folder: URL
    ) throws {
        self.name = name
        outputFile = folder.appending(path: "\(name).out")
        errorFile = folder.appending(path: "\(name).err")
        pid = try spawn(
            [program.path] + arguments,
            environment: Self.environment.merging(variables) { _, own in own }
                .map { "\($0.key)=\($0.value)" },
            output: outputFile.path,
            errors: errorFile.path
        )
    }

    deinit {
        guard isRunning else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }

    /// Tests run side by side, and one port of control is not enough for all of them: who wants one
    /// says where.
    private static var environment: [String: String] {
        ProcessInfo.processInfo.environment.merging(["WSCAP_CONTROL": "none"]) { said, _ in said }
    }

    /// What it has printed so far.
    var output: String { Self.text(of: outputFile) }
    /// What it has printed to standard error so far.
    var errors: String { Self.text(of: errorFile) }

    /// Sends a signal, if the process still runs.
    func send(_ signal: Int32) {
        if isRunning { kill(pid, signal) }
    }

    /// Waits for the end; a process that outlives the deadline is killed, and the test fails.
    func ending(within deadline: Duration = .seconds(60)) async throws -> Ending {
        defer { send(SIGKILL) }
        try await wait(for: "the end of \(name)", within: deadline) { !isRunning }
        guard let ended else { throw LiveTestError("\(name) has ended, and nobody knows how") }
        return ended
    }

    /// Waits for the end, which must be an orderly one.
    func finish(within deadline: Duration = .seconds(60)) async throws {
        let ending = try await ending(within: deadline)
        guard ending == .exit(0) else {
            throw LiveTestError(
                "\(name) ended with \(ending)\n\(output.suffix(500))\(errors.suffix(2000))"
            )
        }
    }

    /// Waits until a line on standard output or standard error satisfies a condition.
    func line<Answer>(
        _ what: String,
        within deadline: Duration = .seconds(20),
        _ recognize: (Substring) -> Answer?
    ) async throws -> Answer {
        var answer: Answer?
        try await wait(for: "\(what) from \(name)", within: deadline) {
            answer = (output + errors).split(separator: "\n").lazy.compactMap(recognize).first
            return answer != nil || !isRunning
        }
        guard let answer else {
            throw LiveTestError("\(name) ended before it said \(what)\n\(errors.suffix(2000))")
        }
        return answer
    }

    /// Whether it has not ended yet.
    private var isRunning: Bool {
        guard ended == nil else { return false }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return true }
        let signal = status & 0x7F
        ended = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
        return false
    }

    /// The file's text; bytes that are no UTF-8 become replacement characters.
    private static func text(of file: URL) -> String {
        guard let data = FileManager.default.contents(atPath: file.path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// Something that a live test needs is not there or did not happen.
struct LiveTestError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Looks again and again, until something holds or the deadline has passed.
func wait(for what: String, within deadline: Duration, until holds: () throws -> Bool) async throws
{
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while try !holds() {
        guard clock.now < end else { throw LiveTestError("waited \(deadline) in vain for \(what)") }
        try await Task.sleep(for: .milliseconds(3))
    }
}
