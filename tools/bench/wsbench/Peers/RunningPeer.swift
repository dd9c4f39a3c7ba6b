import Glibc

/// A peer that takes connections.
struct RunningPeer {
    /// The port of 127.0.0.1 where it takes them.
    let port: UInt16
    /// The proxy, and what records beside it; none when there is no proxy.
    let processes: [ChildProcess]
    /// What it keeps of the traffic, if it keeps anything.
    var recording: (any Recording)?

    /// The processes and the children that they have now.
    var family: [pid_t] { processes.flatMap(\.family) }

    /// The CPU time that all of them have used so far.
    var cpu: Duration { processes.map(\.cpu).reduce(.zero, +) }

    /// Ends everything, the recorder first; nil without a proxy.
    ///
    /// It is a success when the recorder says so, which is the last of the processes: relays just
    /// end.
    @discardableResult
    func stop() -> ChildProcess.Ending? {
        let endings = processes.reversed().map { $0.stop() }
        return endings.first.map { recorder in
            ChildProcess.Ending(
                cpu: endings.map(\.cpu).reduce(.zero, +),
                isSuccess: recorder.isSuccess
            )
        }
    }

    /// What the processes printed last, for messages.
    var lastWords: String { processes.map(\.lastWords).joined(separator: "\n") }
}
