public import Vocabulary

/// What went on in place of received bytes, because of a fault on messages or of `--forwarded-for`.
///
/// Received bytes that no such record names went on as they came, in order. Where one stands, ``sent`` went
/// on instead of the ``range``; an empty range means that ``sent`` was put in before the byte at
/// ``offset``. The record's own time is when that was decided.
public struct RewriteRecord: Equatable, Sendable {
    /// What became of the bytes.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// They never go on; what is in `sent` are control frames from among them.
        case dropped = 1
        /// A message goes on with another payload; one that was deferred where ``byteCount`` is 0.
        case altered = 2
        /// The same message goes on in other frames, or without its compression.
        case recoded = 3
        /// They do not go on here; a record of ``late`` tells where they do, if ever.
        case deferred = 4
        /// Bytes that were deferred go on here.
        case late = 5
        /// A message that has gone on goes on once more.
        case duplicated = 6
        /// A message that no peer has sent.
        case inserted = 7
    }

    /// The cause of lines in requests that say where the client is: no fault, but asked for.
    public static let forwardedFor = "forwarded-for"

    /// The connection.
    public var connection: ConnectionID
    /// The flow in which it happened.
    public var direction: Direction
    /// What became of the bytes.
    public var kind: Kind
    /// Where the first of the bytes stands in the sending leg's byte stream.
    public var offset: ByteOffset
    /// How many received bytes it concerns; 0 where bytes were put in.
    public var byteCount: UInt64
    /// The bytes that went on.
    public var sent: [UInt8]
    /// Whether `sent` was overwritten before it was recorded: it may hold secrets.
    public var isBlanked: Bool
    /// Where the message stands whose bytes `sent` are, for `late` and `duplicated`.
    public var origin: ByteOffset
    /// The fault, or ``forwardedFor``.
    public var cause: String

    /// Creates a record.
    public init(
        connection: ConnectionID,
        direction: Direction,
        kind: Kind,
        offset: ByteOffset,
        byteCount: UInt64,
        sent: [UInt8] = [],
        isBlanked: Bool = false,
        origin: ByteOffset = 0,
        cause: String
    ) {
        self.connection = connection
        self.direction = direction
        self.kind = kind
        self.offset = offset
        self.byteCount = byteCount
        self.sent = sent
        self.isBlanked = isBlanked
        self.origin = origin
        self.cause = cause
    }

    /// The received bytes that it concerns.
    public var range: Range<ByteOffset> { offset..<offset + byteCount }

    /// Whether a message that stood there has not gone on as it was, at least not here.
    public var withholds: Bool { kind == .dropped || kind == .altered || kind == .deferred }
}

extension RewriteRecord.Kind: CustomStringConvertible {
    /// One word.
    public var description: String {
        switch self {
        case .dropped: "dropped"
        case .altered: "altered"
        case .recoded: "recoded"
        case .deferred: "deferred"
        case .late: "late"
        case .duplicated: "duplicated"
        case .inserted: "inserted"
        }
    }
}
