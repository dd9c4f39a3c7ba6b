extension Report {
    /// The table of one number of connections.
    func latency(_ measurement: LatencyMeasurement, rounds: Int) -> String {
        var table = Table(heading: [
            "peer", "median", "to HAProxy", "range", "p99", "to HAProxy", "range", "p99.9",
            "to HAProxy", "range",
        ])
        for row in measurement.rows {
            let percentiles = [row.median, row.percentile99, row.percentile999]
            table.rows.append(
                [name(row.peer)]
                    + percentiles.flatMap { percentile in
                        [
                            Table.Cell(Figure.microseconds(percentile.rounds.median)),
                            ratio(percentile.ratio, of: row.peer),
                            range(percentile.ratio, of: row.peer),
                        ]
                    }
            )
        }
        let pace = measurement.pace
        let connections =
            pace.connections == 1 ? "one connection" : "\(pace.connections) connections"
        let rate = pace.framesPerSecond.map { ", \(Figure.count(Double($0))) frames/s" } ?? ""
        let title = measurement.isOverTLS ? "Round trip with TLS on both legs" : "Round trip"
        let count =
            "\(Figure.count(Double(measurement.roundTrips))) a run, \(Figure.rounds(rounds))"
        return Block(
            title: "\(title), \(PingPong.payloadBytes) B payload, \(connections)\(rate) "
                + "(\(count))",
            table: table,
            notes: notes(measurement.outcomes) + [
                Block.Note(
                    kind: .remark,
                    text: "direct is what load and server themselves take of each round trip."
                )
            ] + quietNote(measurement) + notes(measurement.failures)
        ).text(format)
    }

    private func quietNote(_ measurement: LatencyMeasurement) -> [Block.Note] {
        guard let cores = measurement.rows.map(\.loadCoresBusy.median).min(),
            cores < Goals.quietCoreMin
        else { return [] }
        return [
            Block.Note(
                kind: .warning,
                text: "the load, which never rests, had \(Figure.fixed(cores, 2)) of a core only: "
                    + "something else wanted it. Measure on a quiet machine."
            )
        ]
    }
}
