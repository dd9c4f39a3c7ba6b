public import CaptureFormat
internal import Queries
public import Vocabulary

/// Lists the messages of a capture, fragments joined and compression undone, and control frames
/// among them.
public struct MessageListing {
    private let filter: FrameFilter
    private let pointers: [JSONPointer]
    private let payload = JSONPayload()
    private var collector = MessageCollector()

    /// Creates a listing.
    ///
    /// - Parameters:
    ///   - filter: Which messages to list.
    ///   - pointers: JSON values to show of each.
    public init(filter: FrameFilter, pointers: [JSONPointer] = []) {
        self.filter = filter
        self.pointers = pointers
    }

    /// Takes a record of the capture.
    ///
    /// - Returns: The message that is complete with it, and those that a connection's end cut.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [MessageLine] {
        if case .frame(let frame) = entry.record,
            !filter.admits(frame.connection, frame.direction)
        {
            return []
        }
        return collector.take(entry, bytes: bytes).compactMap(listed)
    }

    /// Ends the listing: messages that are open come out as cut.
    public mutating func finish() -> [MessageLine] {
        collector.finish().compactMap(listed)
    }

    private func listed(_ message: CollectedMessage) -> MessageLine? {
        payload.put(message.payload)
        guard filter.admits(message, payload: payload) else { return nil }
        var line = MessageLine(message.message, payload: message.payload)
        if !pointers.isEmpty { line.pointers = PointerValues(pointers, in: payload) }
        return line
    }
}
