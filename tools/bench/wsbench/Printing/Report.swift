/// The results as the person who asked for them reads them.
struct Report {
    let format: Format

    /// Colours, or their absence.
    var style: Style {
        switch format {
        case .text(let style): style
        case .markdown: Style(isColoured: false)
        }
    }

    /// What is measured, on what, and with which configurations.
    func introduction(_ results: Results, peers: [any Peer]) -> String {
        let title = "wsbench: client → server over loopback"
        let configurations = peers.filter { $0.name.kind != .direct }.map { peer in
            (
                title: "\(peer.title) runs with",
                lines: peer.configurationShown
                    .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            )
        }
        switch format {
        case .text:
            let facts = [style.bold(title)] + facts(results) + warnings(results).map(style.warning)
            return configurations.reduce(facts) { lines, configuration in
                lines + ["", style.bold(configuration.title)]
                    + configuration.lines.map { $0.isEmpty ? "" : style.dim("  \($0)") }
            }.joined(separator: "\n")
        case .markdown:
            let lines = (facts(results) + warnings(results)).map { "* \($0)" }
            return
                (["**\(title)**", ""] + lines + ["", "```"]
                + configurations.flatMap { ["# " + $0.title] + $0.lines + [""] }.dropLast()
                + ["```"]).joined(separator: "\n")
        }
    }

    /// What to think of the figures of a quick run.
    var quickNote: String {
        style.dim("A quick run shows that everything works; measure without --quick.")
    }

    /// The peer's name, ours in bold.
    func name(_ peer: PeerName) -> Table.Cell {
        guard peer.kind == .wsproxy else { return Table.Cell(peer.title) }
        switch format {
        case .text(let style): return Table.Cell(peer.title, paint: style.bold)
        case .markdown: return Table.Cell("**\(peer.title)**")
        }
    }

    /// A ratio to HAProxy, which itself is the measure.
    func ratio(_ summary: Summary?, of peer: PeerName) -> Table.Cell {
        peer == .haproxy ? "1" : Table.Cell(Figure.ratio(summary?.median))
    }

    /// The lowest and the highest round of a ratio.
    func range(_ summary: Summary?, of peer: PeerName) -> Table.Cell {
        Table.Cell(peer == .haproxy ? "" : Figure.range(summary), paint: style.dim)
    }

    /// A median, or a dash when there are no figures.
    func figure(_ summary: Summary?, _ text: (Double) -> String) -> Table.Cell {
        summary.map { Table.Cell(text($0.median)) } ?? "–"
    }

    private func facts(_ results: Results) -> [String] {
        let machine = results.machine
        let versions = results.peers
            .filter { !$0.version.isEmpty && $0.peer.options.isEmpty }
            .map { $0.peer == .dumpcap ? $0.version : "\($0.peer.title) \($0.version)" }
        let facts = [
            "\(machine.processor), \(machine.cores) cores", "Linux \(machine.kernel)",
            machine.fileSystem,
        ]
        guard let loadCore = machine.loadCore, let proxyCores = machine.proxyCores else {
            return [
                (facts + versions).joined(separator: " · "),
                "Load, sink and proxy share all cores as the scheduler likes.",
            ]
        }
        return [
            (facts + versions).joined(separator: " · "),
            "Load and sink have \(Placement.describe([loadCore])), "
                + "the proxy has \(Placement.describe(proxyCores)).",
        ]
    }

    private func warnings(_ results: Results) -> [String] {
        let memory =
            results.machine.recordsToMemory
            ? ["Captures go to memory, not to a disk; choose a disk with --capture-folder."] : []
        return results.absences + memory
    }
}
