public import CaptureFormat
public import Queries
internal import Verification
internal import Vocabulary
internal import WebSocketWire

/// A capture as JSON Lines, format `wscap-jsonl/1` (docs/exports.md): nothing of a record is lost.
///
/// ```
/// var export = JSONLinesExport(query: nil, forMessages: false)
/// write(export.beginning(state))
/// for line in export.take(entry, bytes: bytes) { write(line) }
/// for line in export.finish(state) { write(line) }
/// ```
public struct JSONLinesExport {
    /// What the first line calls the format.
    public static let format = "wscap-jsonl/1"

    private let query: Query?
    private let forMessages: Bool
    private let payload = JSONPayload()
    private var heads: [Flow: FrameHeadTracker] = [:]
    private var messages = MessageCollector()
    private var lineCount: UInt64 = 0

    /// Creates an export.
    ///
    /// - Parameters:
    ///   - query: Only what fulfils it; `nil` exports all.
    ///   - forMessages: Messages in the place of Frame records.
    public init(query: Query?, forMessages: Bool) {
        self.query = query
        self.forMessages = forMessages
    }

    /// The first line: what follows, and the facts of the run.
    public func beginning(_ state: CaptureFileState) -> String {
        var members = [
            ("format", JSONText.quoted(Self.format)),
            ("content", JSONText.quoted(forMessages ? "messages" : "records")),
        ]
        if let query { members.append(("where", JSONText.quoted(query.source))) }
        members.append(("writer", JSONText.quoted(state.library)))
        let run = state.run.map { ($0.name, JSONText.quoted($0.value)) }
        members.append(("run", JSONText.object(run)))
        return JSONText.object(members)
    }

    /// The lines of a record: one, or none when the query does not admit it; with messages, as many
    /// as end with it.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [String] {
        var lines: [String] = []
        if forMessages { lines += messages.take(entry, bytes: bytes).compactMap(line) }
        switch entry.record {
        case .frame(let frame):
            guard !forMessages else { break }
            let flow = Flow(connection: frame.connection, direction: frame.direction)
            let part = heads[flow, default: FrameHeadTracker()].take(frame, bytes: bytes)
            payload.put(part.payload)
            let subject = RecordSubject(entry: entry, part: part, payload: payload)
            guard query?.matches(subject) != false else { break }
            lines.append(RecordJSON.line(entry, frame, part, bytes: bytes))
        default:
            if case .closed(let closed) = entry.record {
                for direction in Direction.allCases {
                    heads[Flow(connection: closed.connection, direction: direction)] = nil
                }
            }
            let subject = RecordSubject(entry: entry, part: nil, payload: payload)
            guard query?.matches(subject) != false else { break }
            lines.append(RecordJSON.line(entry, bytes: bytes))
        }
        lineCount += UInt64(lines.count)
        return lines
    }

    /// The last lines: messages that never ended, and how the capture ends.
    public mutating func finish(_ state: CaptureFileState) -> [String] {
        var lines = forMessages ? messages.finish().compactMap(line) : []
        lineCount += UInt64(lines.count)
        var members = [("record", JSONText.quoted("end")), ("lines", String(lineCount))]
        switch state.completion {
        case .sealed: members.append(("state", JSONText.quoted("sealed")))
        case .unfinished(let torn):
            members.append(("state", JSONText.quoted("unfinished")))
            members.append(("torn_bytes", String(torn)))
        }
        members.append(("damages", String(state.damageCount)))
        lines.append(JSONText.object(members))
        return lines
    }

    private func line(_ message: CollectedMessage) -> String? {
        payload.put(message.payload)
        let subject = MessageSubject(message: message, payload: payload)
        guard query?.matches(subject) != false else { return nil }
        return RecordJSON.line(message)
    }
}
