import Foundation

/// Starts a program with an empty standard input, its output in new files, and nothing else of ours.
///
/// Foundation's `Process` will not do: the threads that tests run on block signals, and it hands that
/// on, so that SIGTERM would never reach a child.
func spawn(
    _ command: [String],
    environment: [String],
    output: String,
    errors: String
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let isNew = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, isNew, 0o600)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, isNew, 0o600)
    // A socket of another test that a child keeps open would never see its end.
    for descriptor in try openDescriptors() where descriptor > STDERR_FILENO {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var pid: pid_t = 0
    let program = command[0]
    let code = withCStrings(command) { command in
        withCStrings(environment) { environment in
            posix_spawn(&pid, program, &actions, &attributes, command, environment)
        }
    }
    guard code == 0 else {
        throw LiveTestError("\(program) cannot be started: \(String(cString: strerror(code)))")
    }
    return pid
}

/// The descriptors that this process has open now; one that is closed meanwhile does no harm.
private func openDescriptors() throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").compactMap { Int32($0) }
}

/// Lends strings as the null-terminated array that C expects.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
