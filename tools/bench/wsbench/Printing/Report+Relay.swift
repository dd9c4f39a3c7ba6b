extension Report {
    /// The table of one frame size.
    func relay(_ measurement: RelayMeasurement, rounds: Int) -> String {
        var table = Table(heading: [
            "peer", "frames/s", "MB/s", "to HAProxy", "range", "CPU s/GB", "cores", "goal",
        ])
        for row in measurement.rows {
            table.rows.append([
                name(row.peer),
                Table.Cell(Figure.count(row.framesPerSecond.median)),
                Table.Cell(Figure.fixed(row.bytesPerSecond / 1e6, 0)),
                ratio(row.ratio, of: row.peer),
                range(row.ratio, of: row.peer),
                Table.Cell(row.cpuSecondsPerGigabyte.map { Figure.fixed($0, 2) } ?? "–"),
                Table.Cell(row.coresBusy.map { Figure.fixed($0, 2) } ?? "–"),
                goal(row.outcome),
            ])
        }
        let size = "\(measurement.payloadBytes) B payload"
        let frames = "\(Figure.count(Double(measurement.frames))) masked frames a run"
        let title = "Relay, \(size), one busy connection (\(frames), \(Figure.rounds(rounds)))"
        var lines = [style.bold(title)] + table.lines(style)
        lines += headroomNote(measurement) + quietNote(measurement) + captureNote(measurement)
        return lines.joined(separator: "\n")
    }

    private func headroomNote(_ measurement: RelayMeasurement) -> [String] {
        guard let headroom = measurement.headroom else { return [] }
        let times = "direct is \(Figure.fixed(headroom, 1)) × the fastest peer"
        return headroom >= Goals.headroomMin
            ? [style.dim("  \(times): load and sink are not the limit.")]
            : [
                style.warning(
                    "  \(times), less than \(Goals.headroomMin) ×: load and sink limit this table."
                )
            ]
    }

    private func quietNote(_ measurement: RelayMeasurement) -> [String] {
        guard let cores = measurement.rows.first(where: { $0.peer == .haproxy })?.coresBusy,
            cores < Goals.quietCoreMin
        else { return [] }
        let share = "HAProxy was busy on \(Figure.fixed(cores, 2)) of a core only"
        return [style.warning("  \(share): something else wanted it. Measure on a quiet machine.")]
    }

    private func captureNote(_ measurement: RelayMeasurement) -> [String] {
        measurement.rows.compactMap { row in
            row.captureBytesPerByte.map { ratio in
                let share = Figure.fixed(ratio, 2)
                return style.dim(
                    "  \(row.peer.title)'s capture has \(share) bytes a byte of frames."
                )
            }
        }
    }
}
