public import Vocabulary

/// One WebSocket frame as it arrived, or one part of it.
///
/// A frame that arrives in several reads is recorded and forwarded in as many parts. The frame's raw
/// header is the concatenation of its parts' headers, its payload that of their payloads; both are
/// exactly as on the wire (masked, compressed), but for what was blanked, and that is marked.
public struct FrameRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// The flow that the frame belongs to.
    public var direction: Direction
    /// The number of the frame in this connection and direction, from 1.
    public var frame: UInt64
    /// The number of this part of the frame, from 0.
    public var part: UInt32
    /// Whether the frame ends with this part.
    public var isLast: Bool
    /// Where this part's first byte stands in the leg's byte stream.
    public var offset: ByteOffset
    /// Whether these bytes stand in earlier `Bytes` records too: they arrived before the upgrade
    /// was answered, when they could not yet be called a frame.
    public var isReread: Bool
    /// Raw header bytes of this part, as a range of the accompanying span.
    public var header: Range<Int>
    /// Payload bytes of this part, as a range of the accompanying span.
    public var payload: Range<Int>
    /// Runs within `payload`, from its start, whose bytes were overwritten before recording.
    public var blanked: [BlankedRun] {
        get { runs ?? [] }
        set { runs = newValue.isEmpty ? nil : newValue }
    }
    /// What was blanked; `nil` when nothing was, so that the frames of nearly all captures, and each
    /// on the relay path, carry no reference to count.
    private(set) var runs: [BlankedRun]?

    /// Creates a frame record.
    public init(
        connection: ConnectionID,
        direction: Direction,
        frame: UInt64,
        part: UInt32,
        isLast: Bool,
        offset: ByteOffset,
        isReread: Bool = false,
        header: Range<Int>,
        payload: Range<Int>
    ) {
        self.connection = connection
        self.direction = direction
        self.frame = frame
        self.part = part
        self.isLast = isLast
        self.offset = offset
        self.isReread = isReread
        self.header = header
        self.payload = payload
    }

    /// Creates a frame record of which runs were blanked.
    public init(
        connection: ConnectionID,
        direction: Direction,
        frame: UInt64,
        part: UInt32,
        isLast: Bool,
        offset: ByteOffset,
        isReread: Bool = false,
        header: Range<Int>,
        payload: Range<Int>,
        blanked: [BlankedRun]
    ) {
        self.init(
            connection: connection,
            direction: direction,
            frame: frame,
            part: part,
            isLast: isLast,
            offset: offset,
            isReread: isReread,
            header: header,
            payload: payload
        )
        self.blanked = blanked
    }
}
