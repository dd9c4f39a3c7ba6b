public import Vocabulary

/// One file of a recording.
public struct CaptureSnapshot: Equatable, Sendable {
    /// What becomes of a file.
    public enum State: String, Sendable {
        /// It is being written.
        case recording
        /// It should be written and cannot be: what passes is missing from it, or waits.
        case failing
        /// It has its end, and nothing is written to it any more.
        case sealed
    }

    /// Where it is.
    public var path: String
    /// How many bytes it has.
    public var byteCount: UInt64
    /// Its number within the run, from 1.
    public var ordinal: UInt64
    /// The event loop whose connections it has, from 1.
    public var loop: Int
    /// When it was begun.
    public var started: Instant
    /// What becomes of it.
    public var state: State

    /// Describes a file.
    public init(
        path: String,
        byteCount: UInt64,
        ordinal: UInt64,
        loop: Int,
        started: Instant,
        state: State
    ) {
        self.path = path
        self.byteCount = byteCount
        self.ordinal = ordinal
        self.loop = loop
        self.started = started
        self.state = state
    }
}
