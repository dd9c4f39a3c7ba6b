import Glibc

/// Memory that a proxy has for each connection that says nothing.
struct IdleMeasurement: Encodable {
    var connections: Int
    /// How many were asked for: more when the limit of open files did not allow them.
    var connectionsWanted: Int
    var rows: [Row] = []
    var failures: [Failure] = []
    var outcomes: [Outcome] = []

    struct Row: Encodable {
        var peer: PeerName
        /// Memory without connections, and with all of them, in each round.
        var before: [Memory]
        var after: [Memory]
        /// All pages in memory, in bytes a connection.
        var resident: Summary
        /// The same, pages that processes share divided among them, in bytes a connection.
        var proportional: Summary
        /// Pages that belong to no file, in bytes a connection.
        var anonymous: Summary
        /// Of `resident` to HAProxy's, round by round.
        var ratio: Summary?
    }
}

/// One peer's turn in one round.
private struct IdleRun {
    var before: Memory
    var after: Memory

    /// What the connections have added to one kind of memory, in bytes a connection.
    func perConnection(_ kind: KeyPath<Memory, UInt64>, _ connections: Int) -> Double {
        (Double(after[keyPath: kind]) - Double(before[keyPath: kind])) / Double(connections)
    }
}

extension Bench {
    /// Opens many connections through every proxy and looks at its memory before and after.
    func measureIdle() throws -> IdleMeasurement {
        let count = try idleConnections()
        let turns = try takeTurns(
            .idle,
            rounds: plan.idleRounds,
            "\(count) idle connections"
        ) { peer in
            try measure(peer) { running, open in
                let before = try settledMemory(of: running)
                let pairs = try (0..<count).map { _ in
                    try Interruption.check()
                    return try open()
                }
                let after = try settledMemory(of: running)
                // All of them still are what they were: the proxy has not given one up.
                try PingPong.playOnce(over: pairs)
                return IdleRun(before: before, after: after)
            }
        }
        var measurement = IdleMeasurement(
            connections: count,
            connectionsWanted: plan.idleConnections
        )
        measurement.failures = turns.failures
        measurement.rows = names(in: .idle).compactMap { name in
            turns.runs[name].flatMap { IdleMeasurement.Row(name, $0, count) }
        }
        measurement.compare()
        return measurement
    }

    /// Memory once it has stopped changing, or after three seconds.
    private func settledMemory(of running: RunningPeer) throws -> Memory {
        var memory = ProcessFigures.memory(of: running.family)
        var sameLooks = 0
        for _ in 0..<30 where sameLooks < 5 {
            usleep(100_000)
            try Interruption.check()
            let now = ProcessFigures.memory(of: running.family)
            sameLooks = now.resident == memory.resident ? sameLooks + 1 : 0
            memory = now
        }
        return memory
    }
}

extension IdleMeasurement.Row {
    fileprivate init?(_ peer: PeerName, _ runs: [IdleRun], _ connections: Int) {
        func summary(_ kind: KeyPath<Memory, UInt64>) -> Summary? {
            Summary(runs.map { $0.perConnection(kind, connections) })
        }
        guard let resident = summary(\.resident),
            let proportional = summary(\.proportional),
            let anonymous = summary(\.anonymous)
        else { return nil }
        self.peer = peer
        before = runs.map(\.before)
        after = runs.map(\.after)
        self.resident = resident
        self.proportional = proportional
        self.anonymous = anonymous
    }
}

extension IdleMeasurement {
    fileprivate mutating func compare() {
        guard let reference = rows.first(where: { $0.peer == .haproxy }) else { return }
        for index in rows.indices {
            rows[index].ratio = rows[index].resident.ratio(to: reference.resident)
        }
        for own in rows where own.peer.kind == .wsproxy {
            outcomes += [
                Outcome(
                    "memory",
                    (own.peer, own.resident),
                    to: (reference.peer, reference.resident),
                    .atMost(Goals.idleRatioMax)
                )
            ].compactMap(\.self)
        }
    }
}
