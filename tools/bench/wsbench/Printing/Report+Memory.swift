extension Report {
    /// The table of memory before and after.
    func memory(_ measurement: MemoryMeasurement) -> String {
        var table = Table(heading: [
            "peer", "RSS before", "after", "growth", "anonymous before", "after", "growth", "peak",
        ])
        for row in measurement.rows {
            table.rows.append([
                name(row.peer),
                Table.Cell(Figure.mebibytes(row.before.resident)),
                Table.Cell(Figure.mebibytes(row.after.resident)),
                Table.Cell(Figure.growth(row.residentGrowth)),
                Table.Cell(Figure.mebibytes(row.before.anonymous)),
                Table.Cell(Figure.mebibytes(row.after.anonymous)),
                Table.Cell(Figure.growth(row.anonymousGrowth)),
                Table.Cell(Figure.mebibytes(row.after.peak)),
            ])
        }
        let amount = "\(measurement.bytes / 1_000_000) MB of \(measurement.payloadBytes) B frames"
        return Block(
            title: "Memory before and after \(amount) on one connection",
            table: table,
            notes: notes(measurement.outcomes) + notes(measurement.failures)
        ).text(format)
    }
}
