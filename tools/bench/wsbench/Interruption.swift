import Glibc
import Synchronization

/// Ctrl-C and its like as something that loops ask about.
///
/// Processes and folders are then cleaned up on the way out like after any other error.
enum Interruption {
    private static let requested = Atomic<Bool>(false)

    /// Notes from now on that the person asked to stop, closed the terminal, or closed the pipe
    /// that the report goes to, instead of dying from it.
    static func watch() {
        // Touched before a signal can come: a handler must not be the one that initialises it.
        requested.store(false, ordering: .relaxed)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                Interruption.requested.store(true, ordering: .relaxed)
            }
            // Without SA_RESTART: a waiting system call returns EINTR and its loop asks `check`.
            sigaction(number, &action, nil)
        }
        // A parent that ignores SIGCHLD hands that down, and no child could be waited for.
        signal(SIGCHLD, SIG_DFL)
    }

    /// Throws once the person has asked to stop.
    static func check() throws {
        if requested.load(ordering: .relaxed) {
            throw BenchError(.interrupted, "Stopped before the end.")
        }
    }
}
