internal import CaptureFormat
internal import Vocabulary
internal import WebSocketWire

/// One event of a connection on one line.
enum TimelineEvent {
    /// Characters of an HTTP head's first line that are shown.
    private static let headTextCountMax = 80

    /// The line of a record that is no frame.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - bytes: What its ranges index.
    /// - Returns: The line, without a line break; `nil` for frames and for kinds that are not known.
    static func line(of entry: CaptureEntry, bytes: RawSpan) -> String? {
        guard let text = text(of: entry.record, bytes: bytes) else { return nil }
        let connection = entry.record.connection?.description ?? "all"
        let arrow = entry.record.direction?.arrow ?? "·"
        return "\(entry.arrival.timeOfDay())  \(connection) \(arrow) \(text)".printable
    }

    private static func text(of record: CaptureRecord, bytes: RawSpan) -> String? {
        switch record {
        case .frame, .unknown: return nil
        case .bytes(let record): return text(of: record, bytes: bytes)
        case .outcome(let record): return text(of: record)
        case .held(let record):
            let milliseconds = record.heldNanoseconds / 1_000_000
            return "HELD  [\(record.byteCount) B at \(record.offset)]  for \(milliseconds) ms: "
                + record.cause
        case .rewrite(let record): return text(of: record)
        case .opened(let record): return text(of: record)
        case .secured(let record): return text(of: record)
        case .handshake(let record):
            let extensions = record.extensions.isEmpty ? "" : ", \(record.extensions)"
            return "HANDSHAKE  \(record.status) for \(record.target)\(extensions)"
        case .progress(let record):
            return "PROGRESS  \(text(of: record.upstream, .clientToServer)); "
                + text(of: record.downstream, .serverToClient)
        case .closed(let record):
            let detail = record.detail.isEmpty ? "" : " (\(record.detail))"
            return "CLOSED  by the \(record.origin): \("\(record.cause)".kebabCase)\(detail)"
        case .faultChange(let record): return text(of: record)
        case .mark(let record): return "MARK  \(record.label)"
        case .gap(let record):
            guard !record.isOpen else {
                return "GAP  begins at \(record.from.timeOfDay()): \(record.reason)"
            }
            if record.streamByteCount > 0 {
                let places = record.runs.map { "\($0.direction.arrow) #\($0.first)" }
                return "GAP  \(record.streamByteCount) bytes missing, "
                    + "\(places.joined(separator: ", ")): \(record.reason)"
            }
            return "GAP  \(record.frameCount) frames not recorded, from \(record.from.timeOfDay()) "
                + "to \(record.through.timeOfDay()): \(record.reason)"
        case .resumed(let record):
            return "RESUMED  at frame \(record.clientToServer.frame) → and "
                + "\(record.serverToClient.frame) ←"
        case .notice(let record): return "NOTICE  \(record.topic): \(record.text)"
        }
    }

    private static func text(of record: BytesRecord, bytes: RawSpan) -> String {
        let name = "\(record.kind)".uppercased()
        let head = "\(name)  [\(record.data.count) B]"
        guard record.kind == .head else { return head }
        let run = bytes.extracting(record.data).extracting(first: headTextCountMax)
        var line: [UInt8] = []
        for index in 0..<run.byteCount {
            let byte = run.byte(at: index)
            guard byte != 0x0D, byte != 0x0A else { break }
            line.append(byte)
        }
        return "\(head)  \(String(decoding: line, as: UTF8.self))"
    }

    private static func text(of record: SecuredRecord) -> String {
        let isServer = record.leg == .upstream
        var parts = ["\(record.version) with the \(isServer ? "server" : "client")"]
        if !record.applicationProtocol.isEmpty { parts.append(record.applicationProtocol) }
        if !record.serverName.isEmpty { parts.append("asked for \(record.serverName)") }
        if !record.peer.isEmpty { parts.append(record.peer) }
        if isServer, !record.isVerified { parts.append("not verified") }
        return "SECURED  \(parts.joined(separator: ", "))"
    }

    private static func text(of record: OutcomeRecord) -> String {
        switch record.kind {
        case .injected:
            "INJECTED  [\(record.byteCount) B]  sent by the proxy itself: \(record.cause)"
        case .undeliverable:
            "UNDELIVERABLE  [\(record.byteCount) B]  not forwarded: \(record.cause)"
        }
    }

    private static func text(of record: RewriteRecord) -> String {
        let name = "\(record.kind)".uppercased()
        let what =
            record.byteCount > 0
            ? "\(record.byteCount) B at \(record.offset)" : "at \(record.offset)"
        let sent = record.sent.isEmpty ? "" : ", \(record.sent.count) B went on"
        return "\(name)  [\(what)\(sent)]  by '\(record.cause)'"
    }

    private static func text(of record: FaultChangeRecord) -> String {
        var words = ["FAULT ", record.action]
        for word in [record.fault, record.type, record.stream] where !word.isEmpty {
            words.append(word)
        }
        for attribute in record.attributes { words.append("\(attribute.name)=\(attribute.value)") }
        if !record.toxicity.isEmpty { words.append("toxicity=\(record.toxicity)") }
        return words.joined(separator: " ")
    }

    private static func text(of record: OpenedRecord) -> String {
        let words =
            record.leg == .downstream
            ? "OPENED  client \(record.remote) at \(record.local)"
            : "OPENED  server \(record.target) at \(record.remote)"
        guard !record.preface.isEmpty else { return words }
        return record.announced.isEmpty
            ? "\(words), with a PROXY header" : "\(words), announced as \(record.announced)"
    }

    private static func text(of progress: LegProgress, _ direction: Direction) -> String {
        guard progress.isKnown else { return "\(direction.arrow) not known" }
        return "\(direction.arrow) \(progress.acknowledged) of \(progress.written) B acknowledged"
    }
}
