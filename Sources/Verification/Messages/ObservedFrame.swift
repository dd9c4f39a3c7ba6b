public import Vocabulary
public import WebSocketWire

/// One frame of a capture, its parts put together.
public struct ObservedFrame: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// The flow that the frame belongs to.
    public var direction: Direction
    /// The number of the frame in its connection and direction, from 1.
    public var number: UInt64
    /// The head; `nil` when the connection ended, or the capture has a hole, before it was whole.
    public var header: FrameHeader?
    /// When the frame's first byte arrived.
    public var began: Instant
    /// When its last byte arrived.
    public var ended: Instant
    /// Where its first byte stands in the leg's byte stream.
    public var start: ByteOffset
    /// Where the byte after its last one stands.
    public var end: ByteOffset
    /// Whether all of it arrived.
    public var isComplete: Bool

    /// Whether the frame begins a data message, continues one, or stands by itself.
    public var isControl: Bool { header?.opcode.isControl ?? false }
}
