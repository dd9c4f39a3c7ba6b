public import Vocabulary

/// What one record of a capture says.
///
/// Large byte runs are not copied: `FrameRecord` and `BytesRecord` hold ranges into the span that
/// is handed over beside the record.
public enum CaptureRecord: Equatable, Sendable {
    /// A WebSocket frame, or one arriving part of it.
    case frame(FrameRecord)
    /// Bytes of the stream that are no frame.
    case bytes(BytesRecord)
    /// What was done instead of forwarding at once.
    case outcome(OutcomeRecord)
    /// Bytes were forwarded later than they came.
    case held(HeldRecord)
    /// Other bytes went on than had come.
    case rewrite(RewriteRecord)
    /// One leg of a connection exists.
    case opened(OpenedRecord)
    /// TLS was agreed on for one leg.
    case secured(SecuredRecord)
    /// The upgrade was answered.
    case handshake(HandshakeRecord)
    /// How far the bytes of both legs have come.
    case progress(ProgressRecord)
    /// A connection ended.
    case closed(ClosedRecord)
    /// Somebody changed what connections are to suffer.
    case faultChange(FaultChangeRecord)
    /// Somebody put a label on the timeline.
    case mark(MarkRecord)
    /// Something was not recorded.
    case gap(GapRecord)
    /// A connection was open when the file began, or when a gap ended.
    case resumed(ResumedRecord)
    /// Facts about the recording itself.
    case notice(NoticeRecord)
    /// A record of a kind that this version does not know; readers skip it.
    case unknown(schema: String)
}

/// One record with its place in time.
public struct CaptureEntry: Equatable, Sendable {
    /// The record's own time: strictly increasing within a file (MCAP `log_time`).
    public var time: Instant
    /// When the bytes or the event arrived (MCAP `publish_time`).
    public var arrival: Instant
    /// What happened.
    public var record: CaptureRecord

    /// Creates an entry.
    public init(time: Instant, arrival: Instant, record: CaptureRecord) {
        self.time = time
        self.arrival = arrival
        self.record = record
    }
}
