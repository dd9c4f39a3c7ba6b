public import Vocabulary

/// Something that happened and is not in the capture.
///
/// A gap is told twice: once when it opens (``isOpen``), so that a recorder that is killed meanwhile
/// has not hidden it, and once when it is over, with what was missed.
public struct GapRecord: Equatable, Sendable {
    /// The first instant that is not covered.
    public var from: Instant
    /// The last instant that is not covered; the same as ``from`` while the gap is open.
    public var through: Instant
    /// Recording has not gone on yet: what is missing is not counted, and everything until the next
    /// gap record is missing.
    public var isOpen: Bool
    /// How many bytes of records are missing.
    public var byteCount: UInt64
    /// How many frames are missing, wholly or in part.
    public var frameCount: UInt64
    /// How many bytes of a connection's stream are missing, where that is known and records are not
    /// what is counted: in captured packets.
    public var streamByteCount: UInt64
    /// Why, in one sentence.
    public var reason: String
    /// The missing frames by direction of a connection, at most ``runCountMax``.
    public var runs: [Run]

    /// Frames of one direction of a connection, by number; the first and the last may be missing in
    /// part only.
    public struct Run: Equatable, Sendable {
        /// The connection.
        public var connection: ConnectionID
        /// Which way the frames went.
        public var direction: Direction
        /// The first frame that is missing.
        public var first: UInt64
        /// The last frame that is missing.
        public var last: UInt64

        /// Creates a run of missing frames.
        public init(
            connection: ConnectionID,
            direction: Direction,
            first: UInt64,
            last: UInt64
        ) {
            self.connection = connection
            self.direction = direction
            self.first = first
            self.last = last
        }
    }

    /// So many runs are listed; ``frameCount`` counts the others too.
    public static let runCountMax = 1000

    /// Creates a gap.
    public init(
        from: Instant,
        through: Instant,
        isOpen: Bool = false,
        byteCount: UInt64 = 0,
        frameCount: UInt64 = 0,
        streamByteCount: UInt64 = 0,
        reason: String,
        runs: [Run] = []
    ) {
        self.from = from
        self.through = through
        self.isOpen = isOpen
        self.byteCount = byteCount
        self.frameCount = frameCount
        self.streamByteCount = streamByteCount
        self.reason = reason
        self.runs = runs
    }
}
