public import CaptureFormat
public import Telemetry
public import Vocabulary
internal import WebSocketWire

/// One direction of a connection: what its bytes are, and how far they have come.
public struct FlowRecorder: ~Copyable {
    /// What the next byte is taken for.
    public enum Mode: Equatable, Sendable {
        /// HTTP heads and bodies.
        case http
        /// The client asked to upgrade, and the answer is not there yet: neither HTTP nor frames.
        case early
        /// WebSocket frames.
        case frames
        /// Frames whose boundaries are not known: bytes before them were not seen.
        case unframed
        /// Not understood, to the end of the stream.
        case opaque
    }

    /// The flow.
    public let direction: Direction
    /// What the next byte is taken for.
    public internal(set) var mode = Mode.http
    /// Bytes that have come, those that were not seen included.
    public internal(set) var receivedByteCount: ByteOffset = 0
    /// A message has begun whose last fragment is still to come (RFC 6455 §5.4).
    public internal(set) var isInsideMessage = false
    /// The close frame that passed, once it is whole.
    public internal(set) var close: ClosedRecord.CloseFrame?

    /// The frames that have passed.
    public internal(set) var tally = FrameTally()

    /// How many bytes came in ``Mode/early``.
    public internal(set) var earlyByteCount = 0

    var http = HTTPScanner()
    var frames = FrameScanner()
    /// Bytes in ``Mode/early``, kept so that their frames can be named once the answer is there.
    var earlyBytes: [[UInt8]] = []
    var closePayload = ClosePayload()
    /// Overwrites secrets in what is recorded; `nil` when none are named.
    var redactor: PayloadRedactor?

    init(direction: Direction, redactedPointers: [JSONPointer]) {
        self.direction = direction
        if !redactedPointers.isEmpty { redactor = PayloadRedactor(redactedPointers) }
    }

    /// Whether the flow stands between two frames.
    public var isBetweenFrames: Bool { mode == .frames && frames.isBetweenFrames }

    /// The frame that is passing or comes next; 0 while there are none.
    public var frameNumber: UInt64 {
        mode == .frames || mode == .unframed ? frames.frameNumber : 0
    }

    /// Where the flow stands, for a file that begins now.
    public var resumed: ResumedFlow {
        ResumedFlow(
            offset: receivedByteCount,
            frame: frameNumber,
            isInsideFrame: mode == .unframed || mode == .frames && !frames.isBetweenFrames,
            isInsideMessage: isInsideMessage,
            isClosed: close != nil
        )
    }

    // MARK: - Bytes that were not seen

    /// Passes over bytes that were not seen.
    ///
    /// Inside a payload the end of the frame is still known. Anywhere else in frames it is lost, and the
    /// flow is ``Mode/unframed`` until ``resumeFrames()``; elsewhere it is opaque from here on.
    mutating func skip(byteCount: UInt64) {
        receivedByteCount += byteCount
        switch mode {
        case .frames: if !frames.skip(byteCount: byteCount) { mode = .unframed }
        case .unframed, .opaque: break
        case .http, .early: mode = .opaque
        }
    }

    /// The next byte begins a frame, and frames before it were not seen.
    mutating func resumeFrames() {
        frames = FrameScanner(firstFrame: frames.frameNumber + 1)
        mode = .frames
        isInsideMessage = false
        closePayload = ClosePayload()
    }

    /// Frames pass, and their beginning was not seen.
    mutating func beginFrames(isAtBoundary: Bool) {
        http = HTTPScanner()
        earlyBytes = []
        mode = isAtBoundary ? .frames : .unframed
    }
}
