/// Round trips of small frames.
struct LatencyMeasurement: Encodable {
    var pace: Plan.Pace
    /// Whether both legs had TLS.
    var isOverTLS: Bool
    /// Round trips of one run, over all connections together.
    var roundTrips: Int
    var rows: [Row] = []
    var failures: [Failure] = []
    var outcomes: [Outcome] = []

    struct Row: Encodable {
        var peer: PeerName
        var median: Percentile
        var percentile99: Percentile
        var percentile999: Percentile
        /// The share of a core that load and server had: 1 on a quiet machine.
        var loadCoresBusy: Summary
    }

    /// One percentile of each round, in microseconds.
    struct Percentile: Encodable {
        var rounds: Summary
        /// To HAProxy's, round by round.
        var ratio: Summary?
    }
}

extension Bench {
    /// Measures the peers of a section with one number of connections.
    func measureLatency(
        _ pace: Plan.Pace,
        _ section: Section = .latency
    ) throws -> LatencyMeasurement {
        let turns = try takeTurns(
            section,
            rounds: plan.rounds,
            "round trips, \(pace.connections) at once"
        ) { peer in
            try measure(peer) { _, open in
                let pairs = try (0..<pace.connections).map { _ in try open() }
                return try LatencyRun(
                    PingPong(
                        plan.roundTrips,
                        warmUp: plan.roundTripsWarmUp,
                        framesPerSecond: pace.framesPerSecond,
                        over: pairs
                    )
                )
            }
        }
        var measurement = LatencyMeasurement(
            pace: pace,
            isOverTLS: section == .tls,
            roundTrips: plan.roundTrips
        )
        measurement.failures = turns.failures
        measurement.rows = names(in: section).compactMap { name in
            turns.runs[name].flatMap { LatencyMeasurement.Row(name, $0) }
        }
        measurement.compare()
        return measurement
    }
}

extension LatencyMeasurement.Row {
    fileprivate init?(_ peer: PeerName, _ runs: [LatencyRun]) {
        guard let median = Summary(runs.map(\.median)),
            let percentile99 = Summary(runs.map(\.percentile99)),
            let percentile999 = Summary(runs.map(\.percentile999)),
            let loadCoresBusy = Summary(runs.map(\.loadCoresBusy))
        else { return nil }
        self.peer = peer
        self.median = LatencyMeasurement.Percentile(rounds: median)
        self.percentile99 = LatencyMeasurement.Percentile(rounds: percentile99)
        self.percentile999 = LatencyMeasurement.Percentile(rounds: percentile999)
        self.loadCoresBusy = loadCoresBusy
    }

    fileprivate mutating func compare(to reference: LatencyMeasurement.Row) {
        median.ratio = median.rounds.ratio(to: reference.median.rounds)
        percentile99.ratio = percentile99.rounds.ratio(to: reference.percentile99.rounds)
        percentile999.ratio = percentile999.rounds.ratio(to: reference.percentile999.rounds)
    }
}

extension LatencyMeasurement {
    fileprivate mutating func compare() {
        guard let reference = rows.first(where: { $0.peer == .haproxy }) else { return }
        for index in rows.indices { rows[index].compare(to: reference) }
        // What TLS adds to a round trip has no goal.
        for own in rows where own.peer.kind == .wsproxy && !isOverTLS {
            let figures: [(String, KeyPath<Row, Percentile>)] = [
                ("median", \.median), ("p99", \.percentile99),
            ]
            outcomes += figures.compactMap { figure, percentile in
                Outcome(
                    figure,
                    (own.peer, own[keyPath: percentile].rounds),
                    to: (reference.peer, reference[keyPath: percentile].rounds),
                    .atMost(Goals.roundTripRatioMax)
                )
            }
        }
    }
}
