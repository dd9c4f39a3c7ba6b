public import CaptureFormat
public import Vocabulary

/// Hands out one frame's payload, unmasked, part by part as it arrived.
public struct RawPayload {
    private let reference: FrameReference
    private var tracker = FrameHeadTracker()

    /// Whether the frame is in the capture.
    public private(set) var isFound = false
    /// Whether all of the frame has been handed out.
    public private(set) var isDone = false

    /// Creates a reader of one frame's payload.
    public init(of reference: FrameReference) {
        self.reference = reference
    }

    /// Takes a record of the capture.
    ///
    /// - Returns: Bytes of the payload; none for other records.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [UInt8] {
        guard case .frame(let record) = entry.record, !isDone,
            record.connection == reference.connection, record.direction == reference.direction,
            record.frame == reference.frame
        else { return [] }
        isFound = true
        isDone = record.isLast
        return tracker.take(record, bytes: bytes).payload
    }
}
