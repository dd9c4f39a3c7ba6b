public import Vocabulary

/// A run of a leg's byte stream that is no frame.
public struct BytesRecord: Equatable, Sendable {
    /// What the proxy took the bytes for.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// An HTTP request or response head.
        case head = 1
        /// An HTTP body.
        case body = 2
        /// Sent by the client after its upgrade request and before the answer to it.
        case early = 3
        /// Neither HTTP nor a frame: recorded and forwarded, not understood.
        case opaque = 4
        /// Of frames whose beginning is not in the capture, up to where a frame begins again.
        case unframed = 5
    }

    /// The connection.
    public var connection: ConnectionID
    /// The flow that the bytes belong to.
    public var direction: Direction
    /// Where the first byte stands in the leg's byte stream.
    public var offset: ByteOffset
    /// What the bytes are.
    public var kind: Kind
    /// The bytes, as a range of the accompanying span.
    public var data: Range<Int>
    /// Runs within `data`, from its start, whose bytes were blanked (secrets).
    public var blanked: [Range<Int>]

    /// Creates a bytes record.
    public init(
        connection: ConnectionID,
        direction: Direction,
        offset: ByteOffset,
        kind: Kind,
        data: Range<Int>,
        blanked: [Range<Int>] = []
    ) {
        self.connection = connection
        self.direction = direction
        self.offset = offset
        self.kind = kind
        self.data = data
        self.blanked = blanked
    }
}
