public import Vocabulary
public import WebSocketWire

/// One message of a capture: fragments joined, unmasked, inflated.
///
/// Control frames count as messages of their own, because they may stand between the fragments of
/// another.
public struct ObservedMessage: Equatable, Sendable {
    /// What became of the payload.
    public enum Content: Equatable, Sendable {
        /// All of it is at hand.
        case whole
        /// The connection ended, or the capture has a hole, before the message did; what there was
        /// of it is at hand.
        case cut
        /// It is larger than ``MessageLimits/messageBytesMax``; its beginning is at hand.
        case tooLarge(limit: Int)
        /// It does not inflate.
        case corrupt(detail: String)
        /// It cannot be inflated because it may refer to messages that are not at hand.
        case undecodable(reason: String)
        /// More of it was blanked in the record than values that were named: the rest of it, or,
        /// when it was compressed, all.
        case redacted(BlankedRun.Reason)
    }

    /// The connection.
    public var connection: ConnectionID
    /// The flow that the message belongs to.
    public var direction: Direction
    /// The number of the data message in its connection and direction, from 1; `nil` for control
    /// frames.
    public var number: UInt64?
    /// Text, binary, or the control frame's opcode.
    public var opcode: Opcode
    /// The number of the frame that begins the message.
    public var firstFrame: UInt64
    /// The number of the frame that ends it.
    public var lastFrame: UInt64
    /// When its first byte arrived.
    public var began: Instant
    /// When its last byte arrived.
    public var ended: Instant
    /// Where its first byte stands in the leg's byte stream.
    public var start: ByteOffset
    /// Where the byte after its last one stands.
    public var end: ByteOffset
    /// Whether it was compressed (RFC 7692).
    public var isCompressed: Bool
    /// Bytes of its payload on the wire, heads not counted.
    public var wireByteCount: UInt64
    /// Bytes of its payload as the application sees it, as far as they are known.
    public var payloadByteCount: UInt64
    /// The payload length that the only frame of an uncompressed message announced: known even when
    /// the message is cut.
    public var announcedByteCount: UInt64?
    /// What became of the payload.
    public var content: Content
    /// Whether a text or a close frame's reason is UTF-8 as far as it is known; `true` for others.
    public var isValidUTF8: Bool
    /// Whether any of it was blanked in the record: it cannot be compared byte for byte.
    public var isRedacted = false

    /// Whether all of the message arrived.
    public var isComplete: Bool { content != .cut }
    /// Whether the message carries an application's data.
    public var isData: Bool { !opcode.isControl }
}

extension ObservedMessage: CustomStringConvertible {
    /// `TEXT c1 → frame 7 [1200 bytes]`.
    public var description: String {
        let frames =
            firstFrame == lastFrame ? "frame \(lastFrame)" : "frames \(firstFrame)–\(lastFrame)"
        let name = opcode.description.uppercased()
        return "\(name) \(connection) \(direction.arrow) \(frames) [\(payloadByteCount) bytes]"
    }
}
