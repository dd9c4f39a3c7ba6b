public import CaptureFormat
internal import Queries
internal import Verification
public import Vocabulary
internal import WebSocketWire

/// Finds frames or messages in a capture, and gathers what stands around them.
///
/// It holds what a listing holds, a few lines of timeline for each open connection, and the payloads
/// of what it has found.
public struct Inspector {
    /// What is looked for.
    public enum Target: Sendable {
        /// One frame, or the message that it belongs to.
        case reference(FrameReference)
        /// Whatever a filter admits.
        case filter(FrameFilter)
    }

    /// How it is to be shown.
    public struct Wish: Sendable {
        /// Messages instead of frames.
        public var forMessages = false
        /// Lines of timeline before and after.
        public var context = 0
        /// How many to find.
        public var countMax = 1
        /// Bytes of payload to keep of each.
        public var payloadByteCountMax = 1 << 16

        /// Wishes for one frame without timeline.
        public init() {}
    }

    private struct Watch {
        var collectors: [Direction: FrameCollector] = [:]
        var received: [Direction: ByteOffset] = [:]
        var offsets: [Direction: SentOffsets] = [:]
        var messageFrames: [Direction: [CollectedFrame]] = [:]
        var ring: TimelineRing
    }

    private struct Match {
        var inspection: Inspection
        var missing: Int
        var isSettled = false
    }

    private let target: Target
    private let wish: Wish
    private let payload = JSONPayload()
    private var messages = MessageCollector()
    private var watches: [ConnectionID: Watch] = [:]
    private var matches: [Match] = []
    private var foundCount = 0

    /// Creates an inspector.
    public init(_ target: Target, _ wish: Wish) {
        self.target = target
        self.wish = wish
    }

    /// Whether everything that was asked for has been found and told.
    public var isDone: Bool { foundCount >= wish.countMax && matches.isEmpty }

    /// Takes a record of the capture.
    ///
    /// - Returns: What is complete with it, in the order in which it was found.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [Inspection] {
        guard let connection = entry.record.connection else {
            if let line = TimelineEvent.line(of: entry, bytes: bytes) {
                for connection in watches.keys { tell(line, on: connection) }
            }
            return settled()
        }
        guard concerns(connection) else { return [] }
        if watches[connection] == nil {
            watches[connection] = Watch(ring: TimelineRing(lineCountMax: wish.context))
        }
        switch entry.record {
        case .frame(let frame):
            watches[connection]?.received[frame.direction] =
                frame.offset + UInt64(frame.header.count + frame.payload.count)
            if needs(frame) { take(frame, entry, bytes: bytes) }
        case .closed:
            for direction in Direction.allCases { cut(connection, direction) }
            takeMessages(messages.take(entry, bytes: bytes))
            event(entry, on: connection, bytes: bytes)
            settle(connection)
            watches[connection] = nil
        default:
            _ = messages.take(entry, bytes: bytes)
            event(entry, on: connection, bytes: bytes)
        }
        return settled()
    }

    /// Ends the capture: what was open comes out as cut.
    public mutating func finish() -> [Inspection] {
        let connections = watches.keys.sorted()
        for connection in connections {
            for direction in Direction.allCases { cut(connection, direction) }
        }
        takeMessages(messages.finish())
        for connection in connections { settle(connection) }
        return settled()
    }

    // MARK: - Records

    private func concerns(_ connection: ConnectionID) -> Bool {
        switch target {
        case .reference(let reference): reference.connection == connection
        case .filter(let filter): filter.connection == nil || filter.connection == connection
        }
    }

    /// Whether a frame can still be found, or stands around what was.
    private func needs(_ frame: FrameRecord) -> Bool {
        guard foundCount < wish.countMax else { return matches.contains { $0.missing > 0 } }
        guard case .reference(let reference) = target, wish.context == 0, !wish.forMessages else {
            return true
        }
        return frame.frame == reference.frame && frame.direction == reference.direction
    }

    private mutating func event(
        _ entry: CaptureEntry,
        on connection: ConnectionID,
        bytes: RawSpan
    ) {
        if case .bytes(let record) = entry.record {
            watches[connection]?.received[record.direction] =
                record.offset + UInt64(record.data.count)
        }
        if case .rewrite(let record) = entry.record {
            watches[connection]?.offsets[record.direction, default: SentOffsets()].take(record)
        }
        let received = watches[connection]?.received ?? [:]
        let offsets = watches[connection]?.offsets ?? [:]
        for index in matches.indices {
            let inspection = matches[index].inspection
            guard inspection.reference.connection == connection else { continue }
            let direction = inspection.reference.direction
            let offset = offsets[direction] ?? SentOffsets()
            // Where it went on; a rewrite has moved what stands behind it.
            let sent =
                offset.sent(
                    ofReceived: inspection.range.lowerBound
                )..<offset.sent(
                    ofReceived: inspection.range.upperBound
                )
            if case .held(let record) = entry.record {
                matches[index].inspection.hold = Hold.taking(
                    record,
                    range: sent,
                    direction: direction,
                    after: inspection.hold
                )
            }
            matches[index].inspection.delivery.take(
                entry,
                range: inspection.range,
                sent: sent,
                direction: direction,
                received: offset.sent(ofReceived: received[direction] ?? 0)
            )
        }
        guard wish.context > 0 else { return }
        if let line = TimelineEvent.line(of: entry, bytes: bytes) { tell(line, on: connection) }
    }

    private mutating func take(_ record: FrameRecord, _ entry: CaptureEntry, bytes: RawSpan) {
        let (connection, direction) = (record.connection, record.direction)
        let keep = max(FrameCollector.previewByteCountMax, wish.payloadByteCountMax)
        let ended = watches[connection]?.collectors[
            direction,
            default: FrameCollector(payloadByteCountMax: keep)
        ]
        .take(record, at: entry.arrival, bytes: bytes)
        let completed = wish.forMessages ? messages.take(entry, bytes: bytes) : []
        guard let ended, let last = ended.last else { return }
        for cut in ended.dropLast() { take(cut, beforeTelling: []) }
        take(last, beforeTelling: completed)
    }

    private mutating func cut(_ connection: ConnectionID, _ direction: Direction) {
        let ended = watches[connection]?.collectors[direction]?.finish()
        if let ended { take(ended, beforeTelling: []) }
    }

    // MARK: - Finding

    /// A frame ended, and with it perhaps a message.
    private mutating func take(
        _ frame: CollectedFrame,
        beforeTelling completed: [CollectedMessage]
    ) {
        let connection = frame.line.connection
        let line = wish.context > 0 ? frame.line(width: Self.lineWidth) : ""
        if wish.forMessages {
            remember(frame)
            takeMessages(completed)
        } else if isWanted(frame) {
            found(
                Inspection(
                    frame,
                    before: watches[connection]?.ring.ordered ?? [],
                    line: line,
                    payloadByteCountMax: wish.payloadByteCountMax
                )
            )
            tell(line, on: connection, butTo: matches.count - 1)
            return
        }
        tell(line, on: connection, butTo: completed.isEmpty ? nil : matches.count - 1)
    }

    /// Keeps the frames of the message that is being put together.
    private mutating func remember(_ frame: CollectedFrame) {
        var frame = frame
        frame.line.payload = []
        let (connection, direction) = (frame.line.connection, frame.line.direction)
        let isBeginning =
            frame.line.header.map { !$0.opcode.isControl && $0.opcode != .continuation } ?? false
        var frames = watches[connection]?.messageFrames[direction] ?? []
        if isBeginning { frames = frames.filter { $0.line.header?.opcode.isControl == true } }
        if frames.count < Inspection.framesHeldMax { frames.append(frame) }
        watches[connection]?.messageFrames[direction] = frames
    }

    private mutating func takeMessages(_ completed: [CollectedMessage]) {
        for message in completed {
            let known = message.message
            guard let watch = watches[known.connection] else { continue }
            let span = min(known.firstFrame, known.lastFrame)...known.lastFrame
            let isControl = known.opcode.isControl
            let frames = (watch.messageFrames[known.direction] ?? []).filter {
                span.contains($0.line.frame)
                    && ($0.line.header?.opcode.isControl ?? isControl) == isControl
            }
            watches[known.connection]?.messageFrames[known.direction]?
                .removeAll { span.contains($0.line.frame) && isControl }
            guard isWanted(message) else { continue }
            found(
                Inspection(
                    message,
                    line: MessageLine(known, payload: message.payload),
                    frames: frames,
                    before: watch.ring.ordered,
                    payloadByteCountMax: wish.payloadByteCountMax
                )
            )
        }
    }

    private func isWanted(_ frame: CollectedFrame) -> Bool {
        guard foundCount < wish.countMax else { return false }
        switch target {
        case .reference(let reference): return frame.line.reference == reference
        case .filter(let filter):
            payload.put(frame.line.payload)
            return filter.admits(frame.line, payload: payload)
        }
    }

    private func isWanted(_ message: CollectedMessage) -> Bool {
        guard wish.forMessages, foundCount < wish.countMax else { return false }
        switch target {
        case .reference(let reference):
            let known = message.message
            return known.connection == reference.connection
                && known.direction == reference.direction
                && known.firstFrame <= reference.frame && reference.frame <= known.lastFrame
        case .filter(let filter):
            payload.put(message.payload)
            return filter.admits(message, payload: payload)
        }
    }

    private mutating func found(_ inspection: Inspection) {
        foundCount += 1
        matches.append(Match(inspection: inspection, missing: wish.context))
    }

    // MARK: - Telling

    /// Characters of a line that are kept; terminals show fewer.
    private static let lineWidth = 240

    /// Adds a line to a connection's timeline, and behind what has been found on it.
    private mutating func tell(
        _ line: String,
        on connection: ConnectionID,
        butTo newest: Int? = nil
    ) {
        for index in matches.indices where index != newest {
            guard matches[index].inspection.reference.connection == connection,
                matches[index].missing > 0
            else { continue }
            matches[index].missing -= 1
            matches[index].inspection.after.append(line)
        }
        watches[connection]?.ring.append(line)
    }

    /// Nothing more will be known of what was found on a connection.
    private mutating func settle(_ connection: ConnectionID) {
        for index in matches.indices
        where matches[index].inspection.reference.connection == connection {
            matches[index].isSettled = true
        }
    }

    private mutating func settled() -> [Inspection] {
        var done: [Inspection] = []
        while let first = matches.first,
            first.isSettled || (first.missing == 0 && !first.inspection.delivery.isOpen)
        {
            done.append(first.inspection)
            matches.removeFirst()
        }
        return done
    }
}
