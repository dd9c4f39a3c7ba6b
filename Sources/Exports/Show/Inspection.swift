internal import CaptureFormat
internal import Verification
public import Vocabulary
internal import WebSocketWire

/// One frame or message with all that a capture says about it.
public struct Inspection {
    /// The frames: the one, or the first of those that make up the message.
    var frames: [CollectedFrame]
    /// How many frames there are.
    var frameCount: UInt64
    /// The message, when one was asked for.
    var message: ObservedMessage?
    /// The beginning of the payload: unmasked, and of a message inflated.
    public internal(set) var payload: [UInt8]
    /// Bytes of payload altogether, as far as they arrived.
    public internal(set) var payloadByteCount: UInt64
    /// SHA-256 of the whole payload, in hexadecimal.
    var sha256: String
    /// Where its bytes stand in the leg's byte stream.
    var range: Range<ByteOffset>
    /// What became of them.
    var delivery = Delivery.open
    /// What held them longest on their way.
    var hold: Hold?
    /// The timeline before it, itself, and after it; empty when none was asked for.
    var before: [String]
    var line: String
    var after: [String] = []

    /// Frames of a message that are held.
    static let framesHeldMax = 8

    /// The frame, or the message's first.
    public let reference: FrameReference

    /// Whether ``payload`` is all of it.
    public var isPayloadWhole: Bool { UInt64(payload.count) == payloadByteCount }

    /// Creates the inspection of a frame.
    init(_ frame: CollectedFrame, before: [String], line: String, payloadByteCountMax: Int) {
        frames = [frame]
        frameCount = 1
        payload = Array(frame.line.payload.prefix(payloadByteCountMax))
        payloadByteCount = frame.line.length
        sha256 = frame.line.sha256
        range = frame.line.offset..<max(frame.line.offset, frame.end)
        self.before = before
        self.line = line
        reference = frame.line.reference
    }

    /// Creates the inspection of a message.
    init(
        _ collected: CollectedMessage,
        line listed: MessageLine,
        frames: [CollectedFrame],
        before: [String],
        payloadByteCountMax: Int
    ) {
        let message = collected.message
        self.frames = frames
        frameCount = message.lastFrame - min(message.lastFrame, message.firstFrame) + 1
        self.message = message
        payload = Array(collected.payload.prefix(payloadByteCountMax))
        payloadByteCount = max(message.payloadByteCount, UInt64(collected.payload.count))
        sha256 = listed.sha256
        range = message.start..<max(message.start, message.end)
        self.before = before
        line = listed.line(width: .max)
        reference = listed.reference
    }
}
