extension Report {
    /// The table of one number of connections.
    func latency(_ measurement: LatencyMeasurement, rounds: Int) -> String {
        var table = Table(heading: [
            "peer", "median", "to HAProxy", "range", "p99", "to HAProxy", "range", "goal",
        ])
        for row in measurement.rows {
            table.rows.append([
                name(row.peer),
                Table.Cell(Figure.microseconds(row.median.median)),
                ratio(row.ratio, of: row.peer),
                range(row.ratio, of: row.peer),
                Table.Cell(Figure.microseconds(row.percentile99.median)),
                ratio(row.percentile99Ratio, of: row.peer),
                range(row.percentile99Ratio, of: row.peer),
                goal(row.outcome),
            ])
        }
        let connections =
            measurement.connections == 1
            ? "one connection" : "\(measurement.connections) connections"
        let count =
            "\(Figure.count(Double(measurement.roundTrips))) a run, \(Figure.rounds(rounds))"
        let title = "Round trip, \(PingPong.payloadBytes) B payload, \(connections) (\(count))"
        let note = style.dim("  direct is what load and server themselves take of each round trip.")
        return ([style.bold(title)] + table.lines(style) + [note]).joined(separator: "\n")
    }
}
