public import CaptureFormat
internal import Queries
public import Vocabulary

/// Lists the frames of a capture that a filter lets through, in the order in which they end.
public struct FrameListing {
    private let filter: FrameFilter
    private let pointers: [JSONPointer]
    private let payload = JSONPayload()
    private var collectors: [Flow: FrameCollector] = [:]

    /// Creates a listing.
    ///
    /// - Parameters:
    ///   - filter: Which frames to list.
    ///   - pointers: JSON values to show of each.
    public init(filter: FrameFilter, pointers: [JSONPointer] = []) {
        self.filter = filter
        self.pointers = pointers
    }

    /// Takes a record of the capture.
    ///
    /// - Returns: The frames that are complete, or cut, with it.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [FrameLine] {
        var lines: [FrameLine] = []
        take(entry, bytes: bytes) { lines.append($0) }
        return lines
    }

    /// Takes a record of the capture, and shows the frames that are complete, or cut, with it.
    public mutating func take(
        _ entry: CaptureEntry,
        bytes: RawSpan,
        _ show: (FrameLine) -> Void
    ) {
        switch entry.record {
        case .frame(let frame):
            guard filter.admits(frame.connection, frame.direction) else { return }
            let flow = Flow(connection: frame.connection, direction: frame.direction)
            let collector = collectors[flow] ?? FrameCollector()
            if let whole = collector.whole(frame, at: entry.arrival, bytes: bytes) {
                if let line = listed(whole) { show(line) }
                return
            }
            let ended = collectors[flow, default: collector]
                .take(frame, at: entry.arrival, bytes: bytes)
            for frame in ended { if let line = listed(frame.line) { show(line) } }
        case .closed(let closed):
            for direction in Direction.allCases {
                let flow = Flow(connection: closed.connection, direction: direction)
                if let line = end(flow) { show(line) }
            }
        default: return
        }
    }

    /// Ends the listing: frames that are open come out as cut.
    public mutating func finish() -> [FrameLine] {
        Flow.ordered(collectors.keys).compactMap { end($0) }
    }

    private mutating func end(_ flow: Flow) -> FrameLine? {
        var collector = collectors.removeValue(forKey: flow)
        return collector?.finish().flatMap { listed($0.line) }
    }

    private func listed(_ frame: FrameLine) -> FrameLine? {
        payload.put(frame.payload)
        guard filter.admits(frame, payload: payload) else { return nil }
        guard !pointers.isEmpty else { return frame }
        var line = frame
        line.pointers = PointerValues(pointers, in: payload)
        return line
    }
}
