internal import CaptureFormat
internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// One direction of a connection: what its bytes are, and how far they have come.
struct Flow: ~Copyable {
    /// What the next byte is taken for.
    enum Mode: Equatable {
        /// HTTP heads and bodies.
        case http
        /// The client asked to upgrade, and the answer is not there yet: neither HTTP nor frames.
        case early
        /// WebSocket frames.
        case frames
        /// Not understood; forwarded all the same.
        case opaque
    }

    let direction: Direction
    var mode = Mode.http
    var http = HTTPScanner()
    var frames = FrameScanner()
    /// Bytes that have arrived.
    var receivedByteCount: ByteOffset = 0
    /// Bytes that were handed on.
    ///
    /// Once the proxy has sent bytes of its own, nothing more is.
    var forwardedByteCount: ByteOffset = 0
    /// The sender has sent FIN, or its leg is gone.
    var isInputClosed = false
    /// The proxy has sent its own last bytes to the receiver.
    var isFinishedByProxy = false
    /// Bytes in ``Mode/early``, kept so that their frames can be named once the answer is there.
    var earlyBytes: [ByteBuffer] = []
    var earlyByteCount = 0
    /// A message has begun whose last fragment is still to come (RFC 6455 §5.4).
    var isInsideMessage = false
    /// The close frame that passed, once it is whole.
    var close: ClosedRecord.CloseFrame?
    var closePayload = ClosePayload()
    /// Overwrites secrets in what is recorded; `nil` when none are named.
    var redactor: PayloadRedactor?

    init(direction: Direction, redactedPointers: [JSONPointer] = []) {
        self.direction = direction
        if !redactedPointers.isEmpty { redactor = PayloadRedactor(redactedPointers) }
    }

    /// Whether a close frame of the proxy may follow what has been forwarded.
    var mayBeEndedByProxy: Bool {
        mode == .frames && frames.isBetweenFrames && close == nil && !isFinishedByProxy
            && !isInputClosed
    }

    /// Where the flow stands, for a file that begins now.
    var resumed: ResumedFlow {
        ResumedFlow(
            offset: receivedByteCount,
            frame: mode == .frames ? frames.frameNumber : 0,
            isInsideFrame: mode == .frames && !frames.isBetweenFrames,
            isInsideMessage: isInsideMessage,
            isClosed: close != nil
        )
    }

    /// Whether the receiver has got its last frame, from the sender or from the proxy.
    var isOver: Bool { close != nil || isFinishedByProxy || isInputClosed }
}

/// Collects the payload of close frames, 125 bytes at most (RFC 6455 §5.5).
struct ClosePayload {
    private var bytes: [UInt8] = []

    /// Takes a part of a close frame; answers the frame's content when the part is its last.
    mutating func take(_ part: FrameScanner.Part, in window: RawSpan) -> ClosedRecord.CloseFrame? {
        if part.part == 0 { bytes = [] }
        for index in part.payload where bytes.count < 125 { bytes.append(window.byte(at: index)) }
        guard part.isLast, let head = part.head else { return nil }
        if let key = head.maskKey {
            Masking.apply(key: key, to: &bytes, range: 0..<bytes.count, offset: 0)
        }
        // RFC 6455 §7.1.5: a close frame without a status code counts as 1005.
        guard bytes.count >= 2 else { return ClosedRecord.CloseFrame(code: 1005, reason: "") }
        let code = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let reason = String(decoding: bytes.dropFirst(2), as: UTF8.self)
        return ClosedRecord.CloseFrame(code: code, reason: reason)
    }
}
