extension Bench {
    /// Sockets of one connection that one process holds: this one its client and its server, a
    /// proxy its leg to each.
    private static let descriptorsPerConnection = 2
    /// Files, logs and listeners besides, and what proxies keep in reserve.
    private static let descriptorsReserved = 512

    /// Raises the limit of open files for idle connections, here and in the proxies to come, or
    /// says that it cannot be.
    func checkDescriptors(_ sections: [Section]) throws {
        guard sections.contains(.idle) else { return }
        let needed =
            (plan.idleConnections + 1024) * Self.descriptorsPerConnection + Self.descriptorsReserved
        let limit = Descriptors.raise(to: needed)
        guard limit < needed else { return }
        throw BenchError(
            .unavailable,
            "\(plan.idleConnections) idle connections need \(needed) open files and the limit is "
                + "\(limit); raise it (`ulimit -Hn`), or measure fewer with --idle-connections."
        )
    }
}
