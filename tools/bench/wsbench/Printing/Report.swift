/// The results as the person who asked for them reads them.
struct Report {
    let style: Style

    /// What is measured, on what, and with which configurations.
    func introduction(_ results: Results, peers: [any Peer]) -> String {
        let machine = results.machine
        let versions = results.peers
            .filter { !$0.version.isEmpty }
            .map { "\($0.peer.title) \($0.version)" }
        let facts = [
            "\(machine.processor), \(machine.cores) cores", "Linux \(machine.kernel)",
            machine.fileSystem,
        ]
        var lines = [
            style.bold("wsbench: client → server over loopback"),
            (facts + versions).joined(separator: " · "),
        ]
        if let loadCore = machine.loadCore, let proxyCores = machine.proxyCores {
            lines.append(
                "Load and sink have \(Placement.describe([loadCore])), "
                    + "the proxy has \(Placement.describe(proxyCores))."
            )
        } else {
            lines.append("Load, sink and proxy share all cores as the scheduler likes.")
        }
        if machine.recordsToMemory {
            lines.append(
                style.warning("Captures go to memory, not to a disk; choose a disk with --folder.")
            )
        }
        for peer in peers where peer.name != .direct {
            lines += ["", style.bold("\(peer.name.title) runs with")]
            lines += peer.configuration(listen: "127.0.0.1:LISTEN", sink: "127.0.0.1:SINK")
                .split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "" : style.dim("  \($0)") }
        }
        return lines.joined(separator: "\n")
    }

    /// How many of the goals were reached.
    func conclusion(_ results: Results) -> String {
        let reached = results.outcomes.filter(\.isReached).count
        let all = results.outcomes.count
        guard all > 0 else {
            return style.dim("No goal was judged: that takes both HAProxy and wsproxy.")
        }
        let text = "\(reached) of \(all) goals reached"
        return reached == all ? style.good("✓ " + text) : style.bad("✗ " + text)
    }

    /// What to think of the figures of a quick run.
    var quickNote: String {
        style.dim("A quick run shows that everything works; measure without --quick.")
    }

    /// The peer's name, ours in bold.
    func name(_ peer: PeerName) -> Table.Cell {
        peer == .wsproxy ? Table.Cell(peer.title, paint: style.bold) : Table.Cell(peer.title)
    }

    /// A ratio to HAProxy, which itself is the measure.
    func ratio(_ summary: Summary?, of peer: PeerName) -> Table.Cell {
        peer == .haproxy ? "1" : Table.Cell(Figure.ratio(summary?.median))
    }

    /// The lowest and the highest round of a ratio.
    func range(_ summary: Summary?, of peer: PeerName) -> Table.Cell {
        Table.Cell(peer == .haproxy ? "" : Figure.range(summary), paint: style.dim)
    }

    /// The goal of a row and its mark.
    func goal(_ outcome: Outcome?) -> Table.Cell {
        guard let outcome else { return "" }
        return outcome.isReached
            ? Table.Cell("✓ \(outcome.goal)", paint: style.good)
            : Table.Cell("✗ \(outcome.goal)", paint: style.bad)
    }
}
