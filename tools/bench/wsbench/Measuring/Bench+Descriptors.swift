extension Bench {
    /// What one process needs for a connection: this one its client and its server, a proxy its leg
    /// to each, and wsproxy a duplicate of both, to see what the peers have acknowledged.
    private static let descriptorsPerConnection = 4
    /// Files, logs and listeners besides, and what proxies keep in reserve.
    private static let descriptorsReserved = 1024

    /// Raises the limit of open files for idle connections, here and in the proxies to come; as
    /// many connections as were asked for, or as the limit allows.
    func idleConnections() throws -> Int {
        let wanted = plan.idleConnections
        let needed = wanted * Self.descriptorsPerConnection + Self.descriptorsReserved
        let limit = Descriptors.raise(to: needed)
        let possible = (limit - Self.descriptorsReserved) / Self.descriptorsPerConnection
        guard possible > 0 else {
            throw BenchError(
                .unavailable,
                "Idle connections need more open files than \(limit); raise the limit "
                    + "(`ulimit -Hn`)."
            )
        }
        return min(wanted, possible)
    }
}
