import Glibc

/// A program that this one started and that it ends, by its process id.
final class ChildProcess {
    let identifier: pid_t
    private let name: String
    private let log: String
    private var end: Ending?

    /// How a process ended.
    struct Ending {
        /// CPU time of its whole life, its own children included.
        var cpu: Duration
        /// As wait(2) gives it: 0 when it ended by itself and called that a success.
        var status: Int32
    }

    /// How long a process may take to end after SIGTERM before it is killed.
    static let grace = Duration.seconds(20)

    /// Starts a program; what it prints, on either stream, goes to the file `log`.
    init(_ program: String, _ arguments: [String], environment: [String] = [], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        // A process group of its own: Ctrl-C in the terminal reaches only the benchmark, which
        // then ends its children one by one.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = Self.inheritedEnvironment(replacedBy: environment).map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var identifier = pid_t()
        let problem = posix_spawn(&identifier, program, &actions, &attributes, &argv, &envp)
        guard problem == 0 else {
            throw BenchError(
                .unavailable,
                "\(program) could not be started: \(SystemError.describe(problem))."
            )
        }
        self.identifier = identifier
        self.log = log
        name = program.split(separator: "/").last.map(String.init) ?? program
    }

    deinit {
        if end == nil { stop() }
    }

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
    var printed: String { TextFile.read(log) ?? "" }

    /// Asks again and again, until the answer is not nil, while the process lives.
    func waitUntil<Answer>(
        _ what: String,
        within limit: Duration,
        _ question: () throws -> Answer?
    ) throws -> Answer {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline {
            try Interruption.check()
            if let answer = try question() { return answer }
            if collect(WNOHANG) {
                throw BenchError(.failed, "\(name) ended before it \(what). \(lastWords)")
            }
            usleep(2_000)
        }
        throw BenchError(.failed, "\(name) was started but never \(what). \(lastWords)")
    }

    /// Waits for a process that ends by itself and returns what it printed.
    func finish() throws -> String {
        while !collect(0) { try Interruption.check() }
        guard end?.status == 0 else { throw BenchError(.failed, "\(name) failed. \(lastWords)") }
        return printed
    }

    /// Ends the process: SIGTERM, and SIGKILL when that was not enough.
    @discardableResult
    func stop() -> Ending {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.grace
        if end == nil { kill(identifier, SIGTERM) }
        while !collect(WNOHANG) {
            if clock.now > deadline {
                kill(identifier, SIGKILL)
                _ = collect(0)
                break
            }
            usleep(1_000)
        }
        return end ?? Ending(cpu: .zero, status: -1)
    }

    /// Takes the process' end from the system if it has come.
    private func collect(_ options: Int32) -> Bool {
        if end != nil { return true }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(identifier, &status, options, &usage) == identifier else { return false }
        end = Ending(cpu: Duration(usage.ru_utime) + Duration(usage.ru_stime), status: status)
        return true
    }

    /// The last lines that the process printed, as a sentence.
    var lastWords: String {
        let lines = printed.split(separator: "\n").suffix(3)
        return lines.isEmpty
            ? "It printed nothing." : "It printed:\n" + lines.joined(separator: "\n")
    }

    private static func inheritedEnvironment(replacedBy own: [String]) -> [String] {
        let names = own.map { $0.prefix(while: { $0 != "=" }) }
        var inherited: [String] = []
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            if !names.contains(text.prefix(while: { $0 != "=" })) { inherited.append(text) }
            pointer += 1
        }
        return inherited + own
    }
}

extension Duration {
    fileprivate init(_ time: timeval) {
        self = .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}
