/// Memory of a proxy before and after a busy gigabyte on one connection.
struct MemoryMeasurement: Encodable {
    var payloadBytes: Int
    /// Frames that passed before the first look, in bytes.
    var warmUpBytes: Int
    /// Frames that passed between the two looks, in bytes.
    var bytes: Int
    var rows: [Row] = []
    var failures: [Failure] = []
    var outcomes: [Outcome] = []

    struct Row: Encodable {
        var peer: PeerName
        var before: Memory
        var after: Memory

        /// What the busy gigabyte added to the memory that belongs to no file, in bytes; negative
        /// when there was less after it.
        var anonymousGrowth: Int64 { Int64(after.anonymous) - Int64(before.anonymous) }
        /// The same of all memory in use.
        var residentGrowth: Int64 { Int64(after.resident) - Int64(before.resident) }
    }
}

extension Bench {
    /// Looks at every proxy's memory, once each.
    func measureMemory() throws -> MemoryMeasurement {
        let block = FrameBlock(payloadBytes: plan.payloadBytes[0])
        let turns = try takeTurns(.memory, rounds: 1, "memory") { peer in
            try measure(peer) { running, open in
                let pair = try open()
                func look(after bytes: Int) throws -> Memory {
                    let frames = block.frames(coveringBytes: bytes)
                    _ = try Transfer(frames, of: block, over: pair, masksAnew: peer.masksAnew)
                    return ProcessFigures.memory(of: running.family)
                }
                return MemoryMeasurement.Row(
                    peer: peer.name,
                    before: try look(after: plan.memoryWarmUpBytes),
                    after: try look(after: plan.memoryBytes)
                )
            }
        }
        var measurement = MemoryMeasurement(
            payloadBytes: block.payloadBytes,
            warmUpBytes: plan.memoryWarmUpBytes,
            bytes: plan.memoryBytes
        )
        measurement.failures = turns.failures
        measurement.rows = names(in: .memory).compactMap { turns.runs[$0]?.first }
        measurement.outcomes = measurement.rows.compactMap(\.outcome)
        return measurement
    }
}

extension MemoryMeasurement.Row {
    /// The goal of this row, if it is one that has a goal.
    fileprivate var outcome: Outcome? {
        guard peer.kind == .wsproxy else { return nil }
        return Outcome(
            peer,
            "memory",
            goal: "grows ≤ \(Goals.memoryGrowthMax >> 20) MiB",
            isReached: max(residentGrowth, anonymousGrowth) <= Goals.memoryGrowthMax
        )
    }
}
