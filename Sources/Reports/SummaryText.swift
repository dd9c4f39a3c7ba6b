public import Verification
import Vocabulary

/// A capture's summary as text for people.
public struct SummaryText {
    /// How many connections, outages and types are shown; the JSON report has all.
    public static let shownMax = 20

    private let summary: CaptureSummary
    private let source: String
    private let style: Style
    private var lines: [String] = []

    /// Writes a summary.
    ///
    /// - Parameters:
    ///   - summary: The summary.
    ///   - source: The name of the capture.
    ///   - style: With or without colours.
    /// - Returns: The text, with a line break at its end.
    public static func render(
        _ summary: CaptureSummary,
        source: String,
        style: Style = .plain
    ) -> String {
        var text = SummaryText(summary: summary, source: source, style: style)
        text.write()
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(summary: CaptureSummary, source: String, style: Style) {
        self.summary = summary
        self.source = source
        self.style = style
    }

    private mutating func write() {
        lines.append(style.bold(source.withoutControls))
        lines.append("  \(extent)")
        writeConnections()
        writeOutages()
        for figures in summary.directions { write(figures) }
        writeFaults()
        writeMarks()
        writeGaps()
        writeNotes()
    }

    private var extent: String {
        guard let first = summary.firstTime else { return "\(summary.fileState), no records" }
        return "\(summary.fileState), \(Figures.count(summary.recordCount, "record")), from "
            + "\(first) on, \(Figures.duration(summary.duration)) long"
    }

    // MARK: - Connections

    private mutating func writeConnections() {
        let count = UInt64(summary.connections.count) + summary.unlistedConnectionCount
        title("Connections", count)
        for connection in summary.connections.prefix(Self.shownMax) { write(connection) }
        let hidden = count - UInt64(min(summary.connections.count, Self.shownMax))
        if hidden > 0 { lines.append("  " + style.dim("… and \(Figures.grouped(hidden)) more")) }
    }

    private mutating func write(_ connection: CaptureSummary.Connection) {
        let name = connection.connection.description.padded(to: 5)
        let target = connection.target.isEmpty ? "–" : connection.target.withoutControls
        lines.append(
            "  \(name)\(connection.openedAt.timeOfDay())  \(target)  \(fate(of: connection))"
        )
        guard connection.isAccepted else { return }
        let sent = "→ \(flow(connection.toServer))   ← \(flow(connection.toClient))"
        lines.append(String(repeating: " ", count: 21) + style.dim(sent))
    }

    private func flow(_ flow: CaptureSummary.Flow) -> String {
        "\(Figures.count(flow.frameCount, "frame")), \(Figures.bytes(flow.byteCount))"
    }

    private func fate(of connection: CaptureSummary.Connection) -> String {
        let ended = connection.ending.map { words(of: $0) }
        guard connection.isAccepted else {
            let status = connection.status.map { "refused with \($0)" } ?? "no upgrade"
            return ended.map { "\(status): \($0)" } ?? status
        }
        guard let ending = connection.ending, let ended, let endedAt = connection.endedAt else {
            let beginning = connection.isMidway ? "upgrade not captured, " : ""
            return style.yellow("\(beginning)still open when the capture ends")
        }
        let duration = Figures.duration(endedAt.since(connection.openedAt))
        let beginning = connection.isMidway ? "upgrade not captured, " : ""
        let text = "\(beginning)\(ended), after \(duration)"
        return ending.isOrderly ? text : style.yellow(text)
    }

    private func words(of ending: CaptureSummary.Ending) -> String {
        ending.detail.isEmpty
            ? ending.words : "\(ending.words) (\(ending.detail.withoutControls))"
    }

    // MARK: - Outages

    private mutating func writeOutages() {
        guard !summary.outages.isEmpty else { return }
        title("Outages", UInt64(summary.outages.count))
        for outage in summary.outages.prefix(Self.shownMax) {
            let attempts =
                outage.refusedCount == 0
                ? "" : ", \(Figures.count(outage.refusedCount, "attempt")) refused"
            lines.append(
                "  \(outage.path.withoutControls)  \(outage.from.timeOfDay()) – "
                    + "\(outage.through.timeOfDay())  \(style.yellow(Figures.duration(outage.duration)))"
                    + " between \(outage.before) and \(outage.after)\(attempts)"
            )
        }
        let hidden = summary.outages.count - Self.shownMax
        if hidden > 0 { lines.append("  " + style.dim("… and \(hidden) more")) }
    }

    // MARK: - Directions

    private mutating func write(_ figures: CaptureSummary.DirectionFigures) {
        let name = figures.direction == .clientToServer ? "Client → server" : "Server → client"
        lines.append("")
        lines.append(style.bold(name) + style.dim("  \(total(of: figures.total))"))
        for opcode in figures.opcodes {
            let count = Figures.grouped(opcode.frameCount).aligned(to: 12)
            lines.append(
                "  \(opcode.opcode.padded(to: 14))\(count) ×  "
                    + "\(Figures.bytes(opcode.payloadByteCount).aligned(to: 9)) of payload"
            )
        }
        guard figures.jsonCount > 0 else { return }
        lines.append(
            "  " + style.dim("types of its \(Figures.grouped(figures.jsonCount)) JSON messages")
        )
        for type in figures.types.prefix(Self.shownMax) {
            let name = type.type.isEmpty ? "(none)" : type.type.withoutControls
            lines.append("    \(name.padded(to: 24))\(Figures.grouped(type.count).aligned(to: 12))")
        }
        let hidden = figures.types.count - Self.shownMax
        if hidden > 0 { lines.append("    " + style.dim("… and \(hidden) more")) }
    }

    private func total(of flow: CaptureSummary.Flow) -> String {
        let text =
            "\(Figures.count(flow.frameCount, "frame")), "
            + "\(Figures.count(flow.messageCount, "message")), \(Figures.bytes(flow.byteCount))"
        let seconds = summary.duration.inSeconds
        guard seconds > 0, flow.messageCount > 0,
            let rate = Figures.decimal(Double(flow.messageCount) / seconds, digits: 1)
        else { return text }
        return text + ", \(rate) messages a second"
    }

    // MARK: - Faults

    private mutating func writeFaults() {
        let faults = summary.faults.entries
        guard !faults.isEmpty else { return }
        title("Faults", UInt64(faults.count))
        for fault in faults.prefix(Self.shownMax) {
            let name = fault.name.withoutControls.padded(to: 22)
            let type = fault.type.withoutControls.padded(to: 12)
            lines.append("  \(fault.from.timeOfDay())  \(name)  \(type)  \(deeds(of: fault))")
        }
        let hidden = faults.count - Self.shownMax
        if hidden > 0 { lines.append("  " + style.dim("… and \(hidden) more")) }
    }

    private func deeds(of fault: FaultLedger.Entry) -> String {
        var parts: [String] = []
        for (deed, count) in fault.rewrites {
            parts.append("\(Figures.count(count, "message")) \(deed)")
        }
        if fault.heldCount > 0 {
            let longest = Duration.nanoseconds(Int64(clamping: fault.heldNanosecondsMax))
            parts.append(
                "held \(Figures.grouped(fault.heldCount)) ×, \(Figures.duration(longest)) at most"
            )
        }
        if fault.withheldByteCount > 0 {
            parts.append("\(Figures.bytes(fault.withheldByteCount)) never went on")
        }
        if fault.endedCount > 0 {
            parts.append("ended \(Figures.count(fault.endedCount, "connection"))")
        }
        return parts.isEmpty
            ? style.dim("touched nothing") : style.yellow(parts.joined(separator: ", "))
    }

    private mutating func writeMarks() {
        let marks = summary.faults.marks
        guard !marks.isEmpty else { return }
        title("Marks", UInt64(marks.count))
        for mark in marks.prefix(Self.shownMax) {
            lines.append("  \(mark.time.timeOfDay())  \(mark.label.withoutControls)")
        }
        let hidden = marks.count - Self.shownMax
        if hidden > 0 { lines.append("  " + style.dim("… and \(hidden) more")) }
    }

    // MARK: - Gaps

    private mutating func writeGaps() {
        guard !summary.gaps.isEmpty else { return }
        title("Gaps", UInt64(summary.gaps.count))
        defer {
            let hidden = summary.gaps.count - Self.shownMax
            if hidden > 0 { lines.append("  " + style.dim("… and \(hidden) more")) }
        }
        for gap in summary.gaps.prefix(Self.shownMax) {
            guard gap.streamByteCount == 0 else {
                writeStreamGap(gap)
                continue
            }
            lines.append(
                "  \(gap.from.timeOfDay()) – "
                    + (gap.isOpen ? "the end" : gap.through.timeOfDay())
                    + "  \(Figures.grouped(gap.frameCount)) frames, "
                    + "\(Figures.bytes(gap.byteCount)): \(gap.reason.withoutControls)"
            )
        }
    }

    /// Of captured packets: bytes of one flow.
    private mutating func writeStreamGap(_ gap: CaptureSummary.Gap) {
        let flow = gap.connection.map { "\($0) \(gap.direction?.arrow ?? "") " } ?? ""
        lines.append(
            "  \(gap.through.timeOfDay())  \(flow) \(Figures.bytes(gap.streamByteCount)): "
                + gap.reason.withoutControls
        )
    }

    private mutating func writeNotes() {
        guard !summary.notes.isEmpty else { return }
        lines.append("")
        lines.append(style.bold("Notes"))
        for note in summary.notes.prefix(Self.shownMax) {
            lines.append("  \(note.withoutControls)")
        }
    }

    private mutating func title(_ text: String, _ count: UInt64) {
        lines.append("")
        lines.append(style.bold(text) + style.dim("  \(Figures.grouped(count))"))
    }
}
