/// Everything that one run has found; the shape of the file that `--json` writes.
///
/// Times are in the unit that a member names, else in seconds; sizes are in bytes.
struct Results: Codable {
    var machine: Machine
    var plan: Plan
    var peers: [Version]
    var relay: [RelayMeasurement] = []
    var latency: [LatencyMeasurement] = []
    var memory: MemoryMeasurement?

    /// A peer and the version that its program told.
    struct Version: Codable {
        var peer: PeerName
        var version: String
    }

    /// All goals that this run could judge.
    var outcomes: [Outcome] {
        relay.flatMap { $0.rows.compactMap(\.outcome) }
            + latency.flatMap { $0.rows.compactMap(\.outcome) }
            + (memory?.rows.compactMap(\.outcome) ?? [])
    }
}
