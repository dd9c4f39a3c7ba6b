import Glibc

/// One run from its first line to its last: measures section by section and prints each table as
/// soon as it is there.
struct Session {
    let bench: Bench
    let report: Report
    let sections: [Section]

    /// Measures everything that was asked for.
    func measure(_ found: Lineup.Found) throws -> Results {
        var results = Results(
            machine: Machine(captures: bench.folder, placement: bench.placement),
            plan: bench.plan,
            peers: found.versions,
            absences: found.absences
        )
        try show(report.introduction(results, peers: bench.peers))
        for section in Section.allCases
        where sections.contains(section) && !bench.names(in: section).isEmpty {
            try measure(section, into: &results)
        }
        try show(report.conclusion(results))
        return results
    }

    /// Prints a part of the report and an empty line.
    func show(_ text: String) throws {
        bench.progress.clear()
        guard TextFile.append(text + "\n\n", to: STDOUT_FILENO) else {
            let reason = SystemError.current
            try Interruption.check()
            throw BenchError(.failed, "The report could not be printed: \(reason).")
        }
    }

    private func measure(_ section: Section, into results: inout Results) throws {
        let plan = bench.plan
        switch section {
        case .throughput:
            for payloadBytes in plan.payloadBytes {
                let measurement = try bench.measureRelay(payloadBytes: payloadBytes)
                results.throughput.append(measurement)
                try show(report.relay(measurement, rounds: plan.rounds))
            }
        case .latency:
            for pace in plan.pace {
                let measurement = try bench.measureLatency(pace)
                results.latency.append(measurement)
                try show(report.latency(measurement, rounds: plan.rounds))
            }
        case .idle:
            let measurement = try bench.measureIdle()
            results.idle = measurement
            try show(report.idle(measurement, rounds: plan.idleRounds))
        case .memory:
            let measurement = try bench.measureMemory()
            results.memory = measurement
            try show(report.memory(measurement))
        case .tls:
            for tlsRecords in plan.tlsRecords {
                for payloadBytes in plan.payloadBytes {
                    let measurement = try bench.measureRelay(
                        payloadBytes: payloadBytes,
                        tlsRecords: tlsRecords
                    )
                    results.throughputOverTLS.append(measurement)
                    try show(report.relay(measurement, rounds: plan.rounds))
                }
            }
            // One connection: what a frame waits for is then TLS and nothing else.
            let measurement = try bench.measureLatency(Plan.Pace(connections: 1), .tls)
            results.latencyOverTLS.append(measurement)
            try show(report.latency(measurement, rounds: plan.rounds))
        }
    }
}
