/// Everything that one run has found; the shape of the file that `--json` writes.
///
/// Times are in the unit that a member names, else in seconds; sizes are in bytes.
struct Results: Encodable {
    var machine: Machine
    var plan: Plan
    var peers: [Version]
    /// Why peers that were asked for are not among these, in sentences.
    var absences: [String]
    var throughput: [RelayMeasurement] = []
    var latency: [LatencyMeasurement] = []
    var throughputOverTLS: [RelayMeasurement] = []
    var latencyOverTLS: [LatencyMeasurement] = []
    var idle: IdleMeasurement?
    var memory: MemoryMeasurement?

    /// A peer and the version that its program told.
    struct Version: Encodable {
        var peer: PeerName
        var version: String
    }

    /// All goals that this run could judge.
    var outcomes: [Outcome] {
        throughput.flatMap(\.outcomes) + latency.flatMap(\.outcomes)
            + throughputOverTLS.flatMap(\.outcomes) + (idle?.outcomes ?? [])
            + (memory?.outcomes ?? [])
    }
}
