/// Round trips of small frames.
struct LatencyMeasurement: Codable {
    var connections: Int
    /// Round trips of one run, over all connections together.
    var roundTrips: Int
    var rows: [Row]

    struct Row: Codable {
        var peer: PeerName
        /// Of each round's median, in microseconds.
        var median: Summary
        /// Of each round's 99th percentile, in microseconds.
        var percentile99: Summary
        /// Of the medians to HAProxy's, round by round.
        var ratio: Summary?
        /// Of the 99th percentiles to HAProxy's, round by round.
        var percentile99Ratio: Summary?
        var outcome: Outcome?
    }
}

extension Bench {
    /// Measures every peer with one number of connections.
    func measureLatency(connections: Int) throws -> LatencyMeasurement {
        var runs: [PeerName: [LatencyRun]] = [:]
        for round in 0..<plan.rounds {
            for peer in Rotation.order(peers, round: round) {
                progress.show(
                    "round trips, \(connections) at once, round \(round + 1), \(peer.name.title)"
                )
                let run = try measure(peer) { _, open in
                    let pairs = try (0..<connections).map { _ in try open() }
                    return try LatencyRun(
                        PingPong(plan.roundTrips, warmUp: plan.roundTripsWarmUp, over: pairs)
                    )
                }
                runs[peer.name, default: []].append(run)
            }
        }
        return LatencyMeasurement(connections: connections, roundTrips: plan.roundTrips, runs: runs)
    }
}

/// One peer's turn in one round, in microseconds.
struct LatencyRun {
    var median: Double
    var percentile99: Double

    init(_ pingPong: PingPong) {
        let sorted = pingPong.times.sorted()
        func microseconds(_ fraction: Double) -> Double {
            (Statistics.percentile(fraction, ofSorted: sorted) ?? .zero) / .microseconds(1)
        }
        median = microseconds(0.5)
        percentile99 = microseconds(0.99)
    }
}

extension LatencyMeasurement {
    init(connections: Int, roundTrips: Int, runs: [PeerName: [LatencyRun]]) {
        self.connections = connections
        self.roundTrips = roundTrips
        rows = PeerName.allCases.compactMap { name in
            let runs = runs[name] ?? []
            guard let median = Summary(runs.map(\.median)),
                let percentile99 = Summary(runs.map(\.percentile99))
            else { return nil }
            return Row(peer: name, median: median, percentile99: percentile99)
        }
        compare()
    }

    private mutating func compare() {
        guard let reference = rows.first(where: { $0.peer == .haproxy }) else { return }
        for index in rows.indices {
            rows[index].ratio = rows[index].median.ratio(to: reference.median)
            rows[index].percentile99Ratio = rows[index].percentile99.ratio(
                to: reference.percentile99
            )
            guard rows[index].peer == .wsproxy, connections == 1, let ratio = rows[index].ratio
            else {
                continue
            }
            rows[index].outcome = Outcome(
                goal: "≤ \(Goals.roundTripRatioMax) × HAProxy",
                isReached: ratio.median <= Goals.roundTripRatioMax
            )
        }
    }
}
