internal import Verification
internal import Vocabulary
internal import WebSocketWire

/// An inspection as text for a terminal.
public enum InspectionText {
    /// Renders an inspection.
    ///
    /// - Parameters:
    ///   - inspection: What was found.
    ///   - ink: Paints, or does not.
    ///   - width: Characters to fill; the lines of the timeline are cut, the payload's are not.
    /// - Returns: Lines, each with its line break.
    public static func render(_ inspection: Inspection, ink: Ink, width: Int) -> String {
        var lines = [ink.title(title(of: inspection))]
        for (name, text) in facts(of: inspection) {
            let pad = String(repeating: " ", count: max(1, 11 - name.count))
            lines.append("\(ink.dim(name))\(pad)\(text)")
        }
        for frame in inspection.frames {
            lines.append("")
            lines.append(ink.title(headTitle(frame, of: inspection)))
            lines += HeadDissection(
                head: frame.head,
                header: frame.line.header,
                direction: frame.line.direction
            ).lines(ink)
        }
        lines += payload(of: inspection, ink)
        lines += timeline(of: inspection, ink, width)
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: - Facts

    private static func title(of inspection: Inspection) -> String {
        let reference = inspection.reference
        let opcode = inspection.message?.opcode ?? inspection.frames.first?.line.header?.opcode
        let name = opcode?.description.uppercased() ?? "a frame without a head"
        guard let message = inspection.message else { return "\(reference)  \(name)" }
        let range =
            message.firstFrame == message.lastFrame
            ? "" : "–\(message.lastFrame), \(inspection.frameCount) frames"
        return "\(reference)\(range)  \(name) message"
    }

    private static func facts(of inspection: Inspection) -> [(String, String)] {
        let reference = inspection.reference
        let sender = reference.direction == .clientToServer ? "client" : "server"
        let receiver = reference.direction == .clientToServer ? "server" : "client"
        var facts = [("flow", "\(reference.connection), \(reference.direction)")]
        if let message = inspection.message {
            facts.append(("arrived", arrival(message)))
            facts += notes(on: message)
        } else if let frame = inspection.frames.first {
            facts.append(("arrived", arrival(frame)))
            facts += notes(on: frame)
        }
        let range = inspection.range
        facts.append(
            ("place", "bytes \(range.lowerBound) to \(range.upperBound) of what the \(sender) sent")
        )
        let outcome = inspection.delivery.sentence(receiver: receiver, hold: inspection.hold)
        facts.append(("outcome", outcome.printable))
        facts.append(("SHA-256", "\(inspection.sha256) of the unmasked payload"))
        return facts
    }

    private static func arrival(_ frame: CollectedFrame) -> String {
        let line = frame.line
        let began = line.time.rfc3339(fractionDigits: 9)
        guard line.partCount > 1 else { return "\(began), in one part" }
        let shown = frame.parts.map { part in
            "\(part.byteCount) B at +\(milliseconds(part.time.since(line.time)))"
        }
        let hidden = line.partCount - UInt64(shown.count)
        let rest =
            hidden > 0
            ? ", and \(hidden) more until +\(milliseconds(frame.ended.since(line.time)))" : ""
        return "\(began), in \(line.partCount) parts: \(shown.joined(separator: ", "))\(rest)"
    }

    private static func arrival(_ message: ObservedMessage) -> String {
        let began = message.began.rfc3339(fractionDigits: 9)
        let duration = message.ended.since(message.began)
        guard duration > .zero else { return began }
        return "\(began), all of it \(milliseconds(duration)) later"
    }

    /// Microseconds are what a capture is exact to.
    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = max(0, duration.inNanoseconds) / 1000
        let fraction = String(microseconds % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        return "\(microseconds / 1000).\(zeros)\(fraction) ms"
    }

    private static func notes(on frame: CollectedFrame) -> [(String, String)] {
        var notes: [(String, String)] = []
        if !frame.line.isComplete {
            notes.append(("cut", "the connection or the capture ended before the frame did"))
        }
        if frame.isReread {
            notes.append(("early", "arrived before the upgrade was answered"))
        }
        guard let header = frame.line.header else { return notes }
        if header.isCompressed {
            notes.append(("compressed", "as on the wire; --messages shows the message inflated"))
        }
        if !header.opcode.isControl, !header.isFinal || header.opcode == .continuation {
            notes.append(("fragment", "a part of a message; --messages shows all of it"))
        }
        return notes
    }

    private static func notes(on message: ObservedMessage) -> [(String, String)] {
        var notes: [(String, String)] = []
        if message.isCompressed {
            let wire = message.wireByteCount
            notes.append(
                ("compressed", "\(wire) bytes on the wire, \(message.payloadByteCount) inflated")
            )
        }
        switch message.content {
        case .whole: break
        case .cut: notes.append(("cut", "the connection or the capture ended before it did"))
        case .tooLarge(let limit): notes.append(("too large", "only \(limit) bytes are held"))
        case .corrupt(let detail):
            notes.append(("corrupt", "does not inflate: \(detail)".printable))
        case .undecodable(let reason): notes.append(("no text", reason.printable))
        case .redacted: break
        }
        if message.isRedacted {
            notes.append(("redacted", "some of it was blanked in the record (--redact-json)"))
        }
        return notes
    }

    private static func headTitle(_ frame: CollectedFrame, of inspection: Inspection) -> String {
        let of = inspection.frameCount > 1 ? " of #\(frame.line.frame)" : ""
        let bytes = frame.head.map { [$0].hexadecimal }.joined(separator: " ")
        return "Head\(of), \(frame.head.count) bytes: \(bytes)"
    }

    // MARK: - Payload and timeline

    private static func payload(of inspection: Inspection, _ ink: Ink) -> [String] {
        let isWhole = inspection.isPayloadWhole
        let opcode = inspection.message?.opcode ?? inspection.frames.first?.line.header?.opcode
        let view = PayloadView(inspection.payload, isWhole: isWhole, opcode: opcode, ink: ink)
        let announced = inspection.message == nil ? inspection.frames.first?.line.header : nil
        var title = "Payload, \(inspection.payloadByteCount) bytes, \(view.kind)"
        if let wanted = announced?.payloadLength, wanted > inspection.payloadByteCount {
            title += ", of \(wanted) that the head announces"
        }
        var lines = ["", ink.title(title)] + view.lines.map { "  \($0)" }
        if !isWhole {
            let hidden = inspection.payloadByteCount - UInt64(inspection.payload.count)
            lines.append(
                ink.mark(
                    "  … truncated, \(hidden) B more; --bytes 0 shows all of it, --raw writes it"
                )
            )
        }
        return lines
    }

    private static func timeline(_ lines: [String], _ mark: String, _ width: Int) -> [String] {
        lines.map { mark + $0.shortened(to: width == .max ? .max : width - mark.count) }
    }

    private static func timeline(
        of inspection: Inspection,
        _ ink: Ink,
        _ width: Int
    ) -> [String] {
        guard !inspection.before.isEmpty || !inspection.after.isEmpty else { return [] }
        return ["", ink.title("Around it on \(inspection.reference.connection)")]
            + timeline(inspection.before, "  ", width)
            + timeline([inspection.line], "▶ ", width).map(ink.mark)
            + timeline(inspection.after, "  ", width)
    }
}
