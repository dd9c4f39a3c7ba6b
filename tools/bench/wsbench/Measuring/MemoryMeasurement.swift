/// Memory of a proxy before and after a busy gigabyte on one connection.
struct MemoryMeasurement: Codable {
    var payloadBytes: Int
    /// Frames that passed before the first look, in bytes.
    var warmUpBytes: Int
    /// Frames that passed between the two looks, in bytes.
    var bytes: Int
    var rows: [Row]

    struct Row: Codable {
        var peer: PeerName
        var before: Memory
        var after: Memory
        var outcome: Outcome?

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
        var rows: [MemoryMeasurement.Row] = []
        for peer in peers where peer.name != .direct {
            progress.show("memory, \(peer.name.title)")
            try measure(peer) { running, open in
                guard let process = running.process else { return }
                let pair = try open()
                _ = try Transfer(
                    block.frames(coveringBytes: plan.memoryWarmUpBytes),
                    of: block,
                    over: pair
                )
                let before = ProcessFigures.memory(of: process.family)
                _ = try Transfer(
                    block.frames(coveringBytes: plan.memoryBytes),
                    of: block,
                    over: pair
                )
                let after = ProcessFigures.memory(of: process.family)
                rows.append(MemoryMeasurement.Row(peer: peer.name, before: before, after: after))
            }
        }
        return MemoryMeasurement(
            payloadBytes: block.payloadBytes,
            warmUpBytes: plan.memoryWarmUpBytes,
            bytes: plan.memoryBytes,
            rows: rows.map(\.judged)
        )
    }
}

extension MemoryMeasurement.Row {
    /// This row with its outcome, if it is one that has a goal.
    fileprivate var judged: MemoryMeasurement.Row {
        guard peer == .wsproxy else { return self }
        var row = self
        row.outcome = Outcome(
            goal: "grows ≤ \(Goals.memoryGrowthMax >> 20) MiB",
            isReached: max(residentGrowth, anonymousGrowth) <= Goals.memoryGrowthMax
        )
        return row
    }
}
