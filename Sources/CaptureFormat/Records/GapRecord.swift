public import Vocabulary

/// Something that happened and is not in the capture.
public struct GapRecord: Equatable, Sendable {
    /// The first instant that is not covered.
    public var from: Instant
    /// The last instant that is not covered.
    public var through: Instant
    /// How many bytes of records are missing.
    public var byteCount: UInt64
    /// Why, in one sentence.
    public var reason: String

    /// Creates a gap.
    public init(from: Instant, through: Instant, byteCount: UInt64, reason: String) {
        self.from = from
        self.through = through
        self.byteCount = byteCount
        self.reason = reason
    }
}
