extension Report {
    /// The table of one frame size.
    func relay(_ measurement: RelayMeasurement, rounds: Int) -> String {
        var table = Table(heading: [
            "peer", "frames/s", "MB/s", "to HAProxy", "range", "CPU s/GB", "cores", "file/frames",
            "missing", "B/record",
        ])
        for row in measurement.rows {
            table.rows.append([
                name(row.peer),
                Table.Cell(Figure.count(row.framesPerSecond.median)),
                Table.Cell(Figure.megabytes(row.bytesPerSecond)),
                ratio(row.ratio, of: row.peer),
                range(row.ratio, of: row.peer),
                figure(row.cpuSecondsPerGigabyte) { Figure.fixed($0, 2) },
                figure(row.coresBusy) { Figure.fixed($0, 2) },
                figure(row.fileBytesPerByte) { Figure.fixed($0, 2) },
                figure(row.missing, Figure.percent),
                row.recordBytes.map { Table.Cell(Figure.fixed($0.median, 0)) } ?? "",
            ])
        }
        let size = "\(measurement.payloadBytes) B payload"
        let title =
            switch measurement.tlsRecords {
            case nil: "Relay"
            case .full: "Relay with TLS on both legs"
            case .frame: "Relay with TLS on both legs, a record a frame"
            }
        let frames = "\(Figure.count(Double(measurement.frames))) masked frames a run"
        return Block(
            title: "\(title), \(size), one busy connection (\(frames), \(Figure.rounds(rounds)))",
            table: table,
            notes: notes(measurement.outcomes) + legNotes(measurement) + headroomNote(measurement)
                + quietNote(measurement) + slowNotes(measurement) + missingNotes(measurement)
                + notes(measurement.failures)
        ).text(format)
    }

    /// A line for each agreement that peers had with client and server.
    private func legNotes(_ measurement: RelayMeasurement) -> [Block.Note] {
        var peers: [(legs: TLSLegs, titles: [String])] = []
        for row in measurement.rows {
            guard let legs = row.legs else { continue }
            if let index = peers.firstIndex(where: { $0.legs == legs }) {
                peers[index].titles.append(row.peer.title)
            } else {
                peers.append((legs, [row.peer.title]))
            }
        }
        return peers.map { legs, titles in
            Block.Note(
                kind: .remark,
                text: "\(titles.joined(separator: ", ")): \(legs.downstream) from the client, "
                    + "\(legs.upstream) to the server."
            )
        }
    }

    private func headroomNote(_ measurement: RelayMeasurement) -> [Block.Note] {
        guard let headroom = measurement.headroom else { return [] }
        let times = "direct is \(Figure.fixed(headroom, 1)) × the fastest peer"
        return headroom >= Goals.headroomMin
            ? [Block.Note(kind: .remark, text: "\(times): load and sink are not the limit.")]
            : [
                Block.Note(
                    kind: .warning,
                    text: "\(times), less than \(Goals.headroomMin) ×: "
                        + "load and sink limit this table."
                )
            ]
    }

    private func quietNote(_ measurement: RelayMeasurement) -> [Block.Note] {
        guard
            let cores = measurement.rows.first(where: { $0.peer == .haproxy })?.coresBusy?.median,
            cores < Goals.quietCoreMin
        else { return [] }
        return [
            Block.Note(
                kind: .warning,
                text: "HAProxy was busy on \(Figure.fixed(cores, 2)) of a core only: "
                    + "something else wanted it. Measure on a quiet machine."
            )
        ]
    }

    private func slowNotes(_ measurement: RelayMeasurement) -> [Block.Note] {
        measurement.rows.filter { $0.frames < measurement.frames }.map { row in
            let frames = Figure.count(Double(row.frames))
            return Block.Note(
                kind: .remark,
                text: "\(row.peer.title) is too slow for as much: it had \(frames) frames a run."
            )
        }
    }

    private func missingNotes(_ measurement: RelayMeasurement) -> [Block.Note] {
        measurement.rows.compactMap { row in
            guard let dropped = row.packetsDropped, let missing = row.missing else { return nil }
            let counts = dropped.map(String.init).joined(separator: ", ")
            return Block.Note(
                kind: .remark,
                text: "\(row.peer.title) dropped \(counts) packets in the rounds, and its files "
                    + "miss up to \(Figure.percent(missing.highest)) of the bytes."
            )
        }
    }
}
