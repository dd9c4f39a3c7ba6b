extension Report {
    /// The table of memory for each idle connection.
    func idle(_ measurement: IdleMeasurement, rounds: Int) -> String {
        var table = Table(heading: [
            "peer", "RSS with none", "with all", "RSS each", "to HAProxy", "range", "PSS each",
            "anonymous each",
        ])
        for row in measurement.rows {
            table.rows.append([
                name(row.peer),
                Table.Cell(Figure.mebibytes(row.before.last?.resident ?? 0)),
                Table.Cell(Figure.mebibytes(row.after.last?.resident ?? 0)),
                figure(row.resident, Figure.kibibytes),
                ratio(row.ratio, of: row.peer),
                range(row.ratio, of: row.peer),
                figure(row.proportional, Figure.kibibytes),
                figure(row.anonymous, Figure.kibibytes),
            ])
        }
        return Block(
            title: "Memory of \(measurement.connections) idle connections "
                + "(\(Figure.rounds(rounds)))",
            table: table,
            notes: notes(measurement.outcomes) + limitNote(measurement)
                + notes(measurement.failures)
        ).text(format)
    }

    private func limitNote(_ measurement: IdleMeasurement) -> [Block.Note] {
        guard measurement.connections < measurement.connectionsWanted else { return [] }
        return [
            Block.Note(
                kind: .warning,
                text: "the limit of open files (`ulimit -Hn`) does not allow "
                    + "\(measurement.connectionsWanted) connections."
            )
        ]
    }
}
