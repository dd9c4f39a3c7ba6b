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
        switch entry.record {
        case .frame(let frame):
            guard filter.admits(frame.connection, frame.direction) else { return [] }
            let flow = Flow(connection: frame.connection, direction: frame.direction)
            let ended = collectors[flow, default: FrameCollector()]
                .take(frame, at: entry.arrival, bytes: bytes)
            return ended.compactMap(listed)
        case .closed(let closed):
            return Direction.allCases.compactMap { direction in
                end(Flow(connection: closed.connection, direction: direction))
            }
        default:
            return []
        }
    }

    /// Ends the listing: frames that are open come out as cut.
    public mutating func finish() -> [FrameLine] {
        Flow.ordered(collectors.keys).compactMap { end($0) }
    }

    private mutating func end(_ flow: Flow) -> FrameLine? {
        var collector = collectors.removeValue(forKey: flow)
        return collector?.finish().flatMap(listed)
    }

    private func listed(_ frame: CollectedFrame) -> FrameLine? {
        payload.put(frame.payload)
        guard filter.admits(frame, payload: payload) else { return nil }
        var line = frame.listed
        if !pointers.isEmpty { line.pointers = PointerValues(pointers, in: payload) }
        return line
    }
}
