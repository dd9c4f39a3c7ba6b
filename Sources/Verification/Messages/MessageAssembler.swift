public import CaptureFormat
public import Vocabulary
public import WebSocketWire

/// Puts the messages of one connection and direction together from the frame records of a capture.
///
/// Each record is handed over once, in the order of the capture; a frame or a message comes out with
/// the record that ends it. Control frames between fragments come out where they stood.
///
/// ```
/// let step = assembler.take(record, at: entry.arrival, bytes: bytes)
/// if let message = step.message {
///     assembler.withPayload(of: message) { payload in … }
/// }
/// ```
///
/// It holds one message, bounded by ``MessageLimits``, and the sender's deflate window.
public struct MessageAssembler: ~Copyable {
    /// What one record completed.
    public struct Step: Equatable, Sendable {
        /// The frame that ended.
        public var frame: ObservedFrame?
        /// The message that ended.
        public var message: ObservedMessage?
        /// Whether frames are missing from the capture before this record.
        public var hole: Hole?
    }

    /// Frames that the capture should hold and does not.
    public struct Hole: Equatable, Sendable {
        /// The connection.
        public var connection: ConnectionID
        /// The flow.
        public var direction: Direction
        /// The first frame of which something is missing.
        public var expectedFrame: UInt64
        /// The frame that came instead.
        public var nextFrame: UInt64
    }

    private struct FrameInProgress {
        var number: UInt64
        var began: Instant
        var start: ByteOffset
        var end: ByteOffset
        var header: FrameHeader?
        var payloadTaken: UInt64 = 0
        var lastArrival: Instant
    }

    private struct MessageInProgress {
        var number: UInt64
        var opcode: Opcode
        var firstFrame: UInt64
        var began: Instant
        var start: ByteOffset
        var isCompressed: Bool
        var announcedByteCount: UInt64?
        var wireByteCount: UInt64 = 0
        var payloadByteCount: UInt64 = 0
        var failure: ObservedMessage.Content?
        var isRedacted = false
        var validator = UTF8Validator()
    }

    private let connection: ConnectionID
    private let direction: Direction
    private let limits: MessageLimits
    private let keepsContext: Bool
    private let isAgreementKnown: Bool

    private var inflater: Inflater?
    private var expected: (frame: UInt64, part: UInt32) = (1, 0)
    private var isContextLost = false
    private var headBytes: [UInt8] = []
    private var frame: FrameInProgress?
    private var message: MessageInProgress?
    private var messagesBegun: UInt64 = 0
    private var payload: [UInt8] = []
    private var control: [UInt8] = []
    private var isControlRedacted = false
    private var compressed: [UInt8] = []

    /// Buffers that grew beyond this are given back after their message.
    private static let keptCapacityMax = 1 << 20

    /// Creates an assembler that stands before the first frame.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - direction: The flow.
    ///   - agreement: The extensions that the server accepted.
    ///   - limits: How much to hold.
    public init(
        connection: ConnectionID,
        direction: Direction,
        agreement: ExtensionAgreement = .none,
        limits: MessageLimits = MessageLimits()
    ) {
        self.connection = connection
        self.direction = direction
        self.limits = limits
        isAgreementKnown = agreement.isKnown
        guard let deflate = agreement.deflate else {
            keepsContext = false
            return
        }
        let isClient = direction == .clientToServer
        let noTakeover =
            isClient ? deflate.clientNoContextTakeover : deflate.serverNoContextTakeover
        keepsContext = !noTakeover
        do {
            inflater = try Inflater(
                windowBits: isClient ? deflate.clientMaxWindowBits : deflate.serverMaxWindowBits,
                keepsContext: !noTakeover,
                messageBytesMax: limits.messageBytesMax
            )
        } catch {
            // Without an inflater compressed messages are undecodable, and say so one by one.
            inflater = nil
        }
    }

    /// Takes the next frame record of this connection and direction.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - time: When its bytes arrived.
    ///   - bytes: What its ranges index.
    /// - Returns: What the record completed.
    public mutating func take(_ record: FrameRecord, at time: Instant, bytes: RawSpan) -> Step {
        var step = Step()
        if isMidFrame {
            isMidFrame = false
            if record.frame == expected.frame, record.part > 0 {
                expected = (record.frame, record.part)
                isSkipping = true
            }
        }
        if (record.frame, record.part) != expected {
            step.hole = Hole(
                connection: connection,
                direction: direction,
                expectedFrame: expected.frame,
                nextFrame: record.frame
            )
            dropWhatIsOpen()
            // In the middle of a frame there is nothing to begin with: wait for the next one.
            guard record.part == 0 else {
                expected = record.isLast ? (record.frame &+ 1, 0) : (record.frame, record.part &+ 1)
                step.hole = isSkipping ? nil : step.hole
                isSkipping = true
                return step
            }
        } else if isSkipping, record.part > 0 {
            expected = record.isLast ? (record.frame &+ 1, 0) : (record.frame, record.part &+ 1)
            return step
        }
        isSkipping = false
        add(record, at: time, bytes: bytes)
        guard record.isLast else {
            expected = (record.frame, record.part &+ 1)
            return step
        }
        expected = (record.frame &+ 1, 0)
        finishFrame(into: &step)
        return step
    }

    /// Stands where a file has begun in the middle of the flow; nothing may have been taken before.
    ///
    /// The rest of a frame or message that had begun is passed over. Compressed messages cannot be read
    /// when their context began earlier (RFC 7692 §7.2.3.2).
    public mutating func resume(at flow: ResumedFlow) {
        guard flow.frame > 0 else { return }
        expected = (flow.frame, 0)
        isMidFrame = flow.isInsideFrame
        let isFresh = flow.frame == 1 && !flow.isInsideFrame
        guard !isFresh else { return }
        messagesBegun = 1
        if keepsContext { isContextLost = true }
    }

    /// Ends the direction: what was open comes out as cut.
    public mutating func finish() -> Step {
        var step = Step()
        guard frame != nil || message != nil else { return step }
        if let frame {
            step.frame = observed(frame, isComplete: false)
            if message == nil, frame.header == nil {
                beginCutMessage(of: frame)
            }
        }
        if let open = message {
            step.message = observed(
                open,
                lastFrame: frame?.number ?? expected.frame &- 1,
                ended: frame?.lastArrival ?? lastArrival,
                end: frame?.end ?? lastEnd,
                content: .cut
            )
        }
        frame = nil
        message = nil
        return step
    }

    /// Lends the payload, as far as it is held, of the message that the last step completed.
    public func withPayload<Result>(
        of message: ObservedMessage,
        _ body: (RawSpan) throws -> Result
    ) rethrows -> Result {
        // Safety: bytes have no padding, so all of the spans' memory is initialised.
        try unsafe body(message.isData ? payload.span.bytes : control.span.bytes)
    }

    // MARK: - Frames

    private var isSkipping = false
    /// The next record may go on with a frame that began before anything was seen.
    private var isMidFrame = false
    private var lastArrival = Instant.epoch
    private var lastEnd: ByteOffset = 0

    private mutating func add(_ record: FrameRecord, at time: Instant, bytes: RawSpan) {
        if record.part == 0 {
            headBytes.removeAll(keepingCapacity: true)
            frame = FrameInProgress(
                number: record.frame,
                began: time,
                start: record.offset,
                end: record.offset,
                lastArrival: time
            )
        }
        let end = record.offset &+ UInt64(record.header.count + record.payload.count)
        frame?.end = end
        frame?.lastArrival = time
        lastArrival = time
        lastEnd = end
        if frame?.header == nil, let header = head(of: record, bytes: bytes) {
            frame?.header = header
            begin(header, time: time)
        }
        guard let header = frame?.header, !record.payload.isEmpty else { return }
        if !record.blanked.isEmpty { note(record.blanked, header: header) }
        let offset = frame?.payloadTaken ?? 0
        takePayload(bytes.extracting(record.payload), header: header, offset: offset)
        frame?.payloadTaken += UInt64(record.payload.count)
    }

    /// The head, once all of it is there; nearly always it stands in one record.
    private mutating func head(of record: FrameRecord, bytes: RawSpan) -> FrameHeader? {
        let part = bytes.extracting(record.header)
        do {
            if headBytes.isEmpty, let header = try FrameHeader(part) { return header }
            Self.append(part, to: &headBytes)
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            return try FrameHeader(unsafe headBytes.span.bytes)
        } catch {
            // A length with its highest bit set cannot be framed; the protocol check says so when
            // it meets a whole frame without a head.
            return nil
        }
    }

    private mutating func begin(_ header: FrameHeader, time: Instant) {
        guard !header.opcode.isControl else {
            control.removeAll(keepingCapacity: true)
            isControlRedacted = false
            return
        }
        // A continuation that continues nothing is the protocol check's business, not a message.
        guard header.opcode != .continuation else { return }
        if message?.isCompressed == true { inflater?.abandonMessage() }
        messagesBegun += 1
        Self.empty(&payload)
        message = MessageInProgress(
            number: messagesBegun,
            opcode: header.opcode,
            firstFrame: frame?.number ?? 0,
            began: frame?.began ?? time,
            start: frame?.start ?? 0,
            isCompressed: header.isCompressed,
            announcedByteCount: header.isFinal && !header.isCompressed ? header.payloadLength : nil
        )
        guard header.isCompressed else { return }
        if isContextLost {
            message?.failure = .undecodable(
                reason: "an earlier message of its compression context is not in the capture"
            )
        } else if inflater == nil {
            message?.failure = .undecodable(
                reason: isAgreementKnown
                    ? "the handshake agreed on no compression"
                    : "the handshake that agreed on compression is not in the capture"
            )
        }
    }

    private mutating func finishFrame(into step: inout Step) {
        guard let done = frame else { return }
        frame = nil
        let observed = observed(done, isComplete: true)
        step.frame = observed
        guard let header = done.header else { return }
        guard header.payloadLength == done.payloadTaken else {
            step.hole = Hole(
                connection: connection,
                direction: direction,
                expectedFrame: done.number,
                nextFrame: done.number
            )
            dropWhatIsOpen()
            return
        }
        if header.opcode.isControl {
            step.message = controlMessage(observed, header: header)
        } else if header.isFinal {
            step.message = finishMessage(observed)
        }
    }

    private func observed(_ frame: FrameInProgress, isComplete: Bool) -> ObservedFrame {
        ObservedFrame(
            connection: connection,
            direction: direction,
            number: frame.number,
            header: frame.header,
            began: frame.began,
            ended: frame.lastArrival,
            start: frame.start,
            end: frame.end,
            isComplete: isComplete
        )
    }

    private mutating func dropWhatIsOpen() {
        if message?.isCompressed == true { inflater?.abandonMessage() }
        frame = nil
        message = nil
        if keepsContext { isContextLost = true }
    }

    // MARK: - Payloads

    /// Takes note that a part's payload is not what was on the wire.
    private mutating func note(_ blanked: [BlankedRun], header: FrameHeader) {
        guard !header.opcode.isControl else {
            isControlRedacted = true
            return
        }
        guard message != nil else { return }
        message?.isRedacted = true
        if message?.isCompressed == true {
            // What cannot be inflated leaves later messages nothing to refer to.
            if message?.failure == nil { inflater?.abandonMessage() }
            message?.failure = .redacted(.encoded)
            if keepsContext { isContextLost = true }
        } else if let run = blanked.first(where: { $0.reason != .secret }),
            message?.failure == nil
        {
            message?.failure = .redacted(run.reason)
        }
    }

    private mutating func takePayload(_ bytes: RawSpan, header: FrameHeader, offset: UInt64) {
        if header.opcode.isControl {
            let room = max(0, limits.controlBytesMax - control.count)
            Self.unmask(
                bytes.extracting(first: room),
                key: header.maskKey,
                offset: offset,
                to: &control
            )
            return
        }
        guard message != nil else { return }
        message?.wireByteCount += UInt64(bytes.byteCount)
        guard message?.failure == nil || message?.isCompressed == false else { return }
        let start = payload.count
        if message?.isCompressed == true {
            inflate(bytes, header: header, offset: offset)
        } else {
            let room = limits.messageBytesMax - payload.count
            Self.unmask(
                bytes.extracting(first: room),
                key: header.maskKey,
                offset: offset,
                to: &payload
            )
            message?.payloadByteCount += UInt64(bytes.byteCount)
            if bytes.byteCount > room {
                message?.failure = .tooLarge(limit: limits.messageBytesMax)
            }
        }
        validate(from: start)
    }

    private mutating func inflate(_ bytes: RawSpan, header: FrameHeader, offset: UInt64) {
        compressed.removeAll(keepingCapacity: true)
        Self.unmask(bytes, key: header.maskKey, offset: offset, to: &compressed)
        // The input leaves `self` while the inflater works on `self`.
        var input: [UInt8] = []
        swap(&input, &compressed)
        do {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            try unsafe inflater?.inflate(input.span.bytes, into: &payload)
            message?.payloadByteCount = UInt64(payload.count)
        } catch {
            message?.failure = Self.content(of: error)
        }
        swap(&input, &compressed)
        Self.empty(&compressed)
    }

    private mutating func validate(from start: Int) {
        guard var open = message, open.opcode == .text, start < payload.count else { return }
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        open.validator.take(unsafe payload.span.bytes.extracting(start...))
        message = open
    }

    private static func unmask(
        _ bytes: RawSpan,
        key: UInt32?,
        offset: UInt64,
        to target: inout [UInt8]
    ) {
        let start = target.count
        Self.append(bytes, to: &target)
        guard let key else { return }
        Masking.apply(key: key, to: &target, range: start..<target.count, offset: offset)
    }

    private static func append(_ bytes: RawSpan, to target: inout [UInt8]) {
        // Safety: the buffer is copied from before the closure returns.
        unsafe bytes.withUnsafeBytes { unsafe target.append(contentsOf: $0) }
    }

    private static func empty(_ buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: buffer.capacity <= Self.keptCapacityMax)
    }

    // MARK: - Messages

    private mutating func finishMessage(_ frame: ObservedFrame) -> ObservedMessage? {
        guard var done = message else { return nil }
        message = nil
        if done.isCompressed, done.failure == nil {
            let start = payload.count
            do {
                try inflater?.finishMessage(into: &payload)
            } catch {
                done.failure = Self.content(of: error)
            }
            done.payloadByteCount = UInt64(payload.count)
            message = done
            validate(from: start)
            done = message ?? done
            message = nil
        }
        return observed(
            done,
            lastFrame: frame.number,
            ended: frame.ended,
            end: frame.end,
            content: done.failure ?? .whole
        )
    }

    private func observed(
        _ done: MessageInProgress,
        lastFrame: UInt64,
        ended: Instant,
        end: ByteOffset,
        content: ObservedMessage.Content
    ) -> ObservedMessage {
        // A text that stops inside a character is invalid only when the text is all there.
        let isValid =
            done.validator.isValid
            && (content != .whole || done.validator.isBetweenCharacters)
        return ObservedMessage(
            connection: connection,
            direction: direction,
            number: done.number,
            opcode: done.opcode,
            firstFrame: done.firstFrame,
            lastFrame: lastFrame,
            began: done.began,
            ended: ended,
            start: done.start,
            end: end,
            isCompressed: done.isCompressed,
            wireByteCount: done.wireByteCount,
            payloadByteCount: done.payloadByteCount,
            announcedByteCount: done.announcedByteCount,
            content: content,
            isValidUTF8: isValid,
            isRedacted: done.isRedacted
        )
    }

    private func controlMessage(_ frame: ObservedFrame, header: FrameHeader) -> ObservedMessage {
        var validator = UTF8Validator()
        if header.opcode == .close, control.count > 2 {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            validator.take(unsafe control.span.bytes.extracting(2...))
        }
        let isWhole = header.payloadLength <= UInt64(limits.controlBytesMax)
        return ObservedMessage(
            connection: connection,
            direction: direction,
            number: nil,
            opcode: header.opcode,
            firstFrame: frame.number,
            lastFrame: frame.number,
            began: frame.began,
            ended: frame.ended,
            start: frame.start,
            end: frame.end,
            isCompressed: false,
            wireByteCount: header.payloadLength,
            payloadByteCount: header.payloadLength,
            announcedByteCount: header.payloadLength,
            content: isWhole ? .whole : .tooLarge(limit: limits.controlBytesMax),
            isValidUTF8: validator.isValid && (!isWhole || validator.isBetweenCharacters),
            isRedacted: isControlRedacted
        )
    }

    /// Some bytes of a head came and then nothing: a message of unknown length, unless its first
    /// byte says that it is a control frame or a further fragment.
    private mutating func beginCutMessage(of frame: FrameInProgress) {
        guard let first = headBytes.first else { return }
        let opcode = Opcode(rawValue: first)
        guard !opcode.isControl, opcode != .continuation else { return }
        messagesBegun += 1
        Self.empty(&payload)
        message = MessageInProgress(
            number: messagesBegun,
            opcode: opcode,
            firstFrame: frame.number,
            began: frame.began,
            start: frame.start,
            isCompressed: first & 0x40 != 0
        )
    }

    private static func content(of error: WireError) -> ObservedMessage.Content {
        switch error {
        case .inflatedTooLarge(let limit): .tooLarge(limit: limit)
        case .corruptDeflateStream(let detail): .corrupt(detail: detail)
        default: .corrupt(detail: "\(error)")
        }
    }
}
