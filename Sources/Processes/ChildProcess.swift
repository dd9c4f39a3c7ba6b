private import Glibc
public import Vocabulary

/// A program that this one started and that it ends, by its process id.
///
/// Started with `posix_spawn` in a process group of its own, with no signal blocked and its output
/// in a
/// log, so that Ctrl-C in the terminal reaches only this program, which then ends its children one
/// by one.
public final class ChildProcess {
    /// How a process ended.
    public enum Ending: Equatable, Sendable {
        /// By itself, with a code.
        case exited(Int32)
        /// By a signal.
        case signalled(Int32)
    }

    /// The process id.
    public let identifier: Int32
    /// The program's name, for messages.
    public let name: String
    /// The file with everything that it has printed.
    public let log: String
    /// How it ended; `nil` while it runs, as far as is known.
    public private(set) var ending: Ending?
    /// CPU time of its whole life, its own children included; known once it has ended.
    public private(set) var cpuTime = Duration.zero

    /// How often a process is looked at that is being waited for, in microseconds.
    private static let pollInterval: UInt32 = 2000

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its path.
    ///   - arguments: What it is given.
    ///   - environment: Variables that it gets besides ours, `NAME=value`.
    ///   - log: Where everything goes that it prints; appended to.
    /// - Throws: ``OperatorError`` when it cannot be started.
    public init(
        _ program: String,
        _ arguments: [String],
        environment: [String] = [],
        log: String
    ) throws(OperatorError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(
            &actions,
            STDOUT_FILENO,
            log,
            O_WRONLY | O_CREAT | O_APPEND,
            0o600
        )
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = Self.inheritedEnvironment(replacedBy: environment).map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var identifier = pid_t()
        let problem = posix_spawn(&identifier, program, &actions, &attributes, &argv, &envp)
        guard problem == 0 else {
            throw OperatorError(
                .unavailable,
                "\(program) cannot be started (\(String(cString: strerror(problem)).lowercased()))."
            )
        }
        self.identifier = identifier
        self.log = log
        name = program.split(separator: "/").last.map(String.init) ?? program
    }

    deinit {
        if !hasEnded() { kill() }
    }

    /// Whether the process has ended.
    public func hasEnded() -> Bool {
        collect(WNOHANG)
        return ending != nil
    }

    /// Asks again and again until there is an answer.
    ///
    /// - Throws: ``OperatorError`` when the process ends first, or does not get there in time.
    public func wait<Answer>(
        until what: String,
        within limit: Duration,
        _ question: () throws -> Answer?
    ) throws -> Answer {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let answer = try question() { return answer }
            if hasEnded() {
                throw OperatorError(
                    .unavailable,
                    "\(name) ended before it \(what); its log is \(log)."
                )
            }
            usleep(Self.pollInterval)
        }
        throw OperatorError(
            .unavailable,
            "\(name) was started but never \(what); its log is \(log)."
        )
    }

    /// Waits for a process that ends by itself.
    ///
    /// - Returns: How it ended; `nil` when it has not within the limit.
    public func waitForEnd(within limit: Duration) -> Ending? {
        let deadline = ContinuousClock.now + limit
        while !hasEnded(), ContinuousClock.now < deadline { usleep(Self.pollInterval) }
        return ending
    }

    /// Ends the process in order with SIGTERM, and with SIGKILL when it does not obey.
    @discardableResult
    public func stop(within limit: Duration = .seconds(20)) -> Ending? {
        if !hasEnded() { Glibc.kill(identifier, SIGTERM) }
        return waitForEnd(within: limit) ?? kill()
    }

    /// Ends the process at once with SIGKILL.
    @discardableResult
    public func kill() -> Ending? {
        if !hasEnded() { Glibc.kill(identifier, SIGKILL) }
        collect(0)
        return ending
    }

    /// Takes the process' end from the system if it has come.
    private func collect(_ options: Int32) {
        guard ending == nil else { return }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(identifier, &status, options, &usage) == identifier else { return }
        cpuTime = Duration(usage.ru_utime) + Duration(usage.ru_stime)
        let signal = status & 0x7F
        ending = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }

    private static func inheritedEnvironment(replacedBy own: [String]) -> [String] {
        let names = own.map { $0.prefix { $0 != "=" } }
        var inherited: [String] = []
        var pointer = environ
        while let entry = pointer.pointee {
            let text = String(cString: entry)
            if !names.contains(text.prefix { $0 != "=" }) { inherited.append(text) }
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
