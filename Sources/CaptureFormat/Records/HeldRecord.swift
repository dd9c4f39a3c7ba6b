public import Vocabulary

/// Bytes that a fault held back and then let go: they were forwarded later than they came, in order.
///
/// The record's own time is when they went on.
public struct HeldRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// The flow of the bytes.
    public var direction: Direction
    /// Where the first of them stands in the sending leg's byte stream.
    public var offset: ByteOffset
    /// How many there are.
    public var byteCount: UInt64
    /// How long they were held, in nanoseconds since their arrival.
    public var heldNanoseconds: UInt64
    /// The faults that held them, with commas between.
    public var cause: String

    /// Creates a record of held bytes.
    public init(
        connection: ConnectionID,
        direction: Direction,
        offset: ByteOffset,
        byteCount: UInt64,
        heldNanoseconds: UInt64,
        cause: String
    ) {
        self.connection = connection
        self.direction = direction
        self.offset = offset
        self.byteCount = byteCount
        self.heldNanoseconds = heldNanoseconds
        self.cause = cause
    }

    /// Where the bytes stand.
    public var range: Range<ByteOffset> { offset..<offset + byteCount }
}
