public import Vocabulary

/// Overwrites secrets in copies of one direction's frames, as the frames pass in parts.
///
/// - **In:** each part that a ``FrameScanner`` finds, in order.
/// - **Out:** a copy of the part in which what is secret was overwritten, and where.
/// - **Never:** waits for more of a frame or message; touches the buffer that arrived.
/// - **Limits:** holds a ``JSONSecretFinder`` for messages and one for control frames, and no payload.
///
/// In a masked payload an overwritten byte is its filler under the frame's mask, so that unmasking
/// shows the filler. A message that is compressed, or has another reserved bit set, is overwritten
/// as a whole: its values have no place of their own in it, and inflating, blanking and deflating
/// again would give other lengths and another state of the compression.
public struct PayloadRedactor: Sendable {
    /// What is recorded in place of a part.
    public struct Redacted: Equatable, Sendable {
        /// The part's header and payload.
        public var bytes: [UInt8]
        /// Where the header stands in them.
        public var header: Range<Int>
        /// Where the payload stands in them.
        public var payload: Range<Int>
        /// What was overwritten, from the payload's start.
        public var blanked: [BlankedRun]
    }

    private var message: JSONSecretFinder
    private var isMessageEncoded = false
    private var control: JSONSecretFinder
    /// The frame whose head was met last.
    private var frame: UInt64 = 0
    private var isFrameEncoded = false
    /// Payload bytes of the frame that have passed.
    private var payloadOffset: UInt64 = 0

    /// RFC 6455 §5.5.1: a close frame's payload begins with a code of two bytes.
    private static let closeCodeByteCount: UInt64 = 2

    /// Creates a redactor that stands before the first frame.
    public init(_ pointers: [JSONPointer]) {
        message = JSONSecretFinder(pointers)
        control = JSONSecretFinder(pointers)
    }

    /// Takes the next part.
    ///
    /// - Parameters:
    ///   - part: The part; its ranges index `bytes`.
    ///   - bytes: The buffer that arrived.
    /// - Returns: What may be recorded.
    public mutating func redact(_ part: FrameScanner.Part, in bytes: RawSpan) -> Redacted {
        // Safety: the bytes are copied before the closure returns.
        let copy = unsafe bytes.extracting(part.bytes).withUnsafeBytes { unsafe Array($0) }
        var redacted = Redacted(
            bytes: copy,
            header: 0..<part.header.count,
            payload: part.header.count..<copy.count,
            blanked: []
        )
        // Without a whole head there is no payload yet.
        guard let head = part.head else { return redacted }
        if part.frame != frame { begin(head, frame: part.frame) }
        if isFrameEncoded {
            blankAll(&redacted, head)
        } else if head.opcode.isControl {
            redactControl(&redacted, head)
        } else {
            redacted.blanked = message.redact(
                &redacted.bytes,
                in: redacted.payload,
                maskKey: head.maskKey,
                offset: payloadOffset
            )
        }
        payloadOffset += UInt64(part.payload.count)
        if part.isLast, head.isFinal, !head.opcode.isControl {
            // What continues nothing is read like a message that begins.
            message.restart(.anywhere)
            isMessageEncoded = false
        }
        return redacted
    }

    private mutating func begin(_ head: FrameHeader, frame number: UInt64) {
        frame = number
        payloadOffset = 0
        let isEncoded = head.reservedBits != 0
        switch head.opcode {
        case let opcode where opcode.isControl:
            isFrameEncoded = isEncoded
            control.restart(opcode == .close ? .anywhere : .first)
            return
        case .continuation:
            isMessageEncoded = isMessageEncoded || isEncoded
        case .binary:
            message.restart(.first)
            isMessageEncoded = isEncoded
        default:
            message.restart(.anywhere)
            isMessageEncoded = isEncoded
        }
        isFrameEncoded = isMessageEncoded
    }

    private mutating func redactControl(_ redacted: inout Redacted, _ head: FrameHeader) {
        let skipped = head.opcode == .close ? Self.closeCodeByteCount : 0
        let left = skipped > payloadOffset ? Int(skipped - payloadOffset) : 0
        let start = min(redacted.payload.lowerBound + left, redacted.payload.upperBound)
        let shift = start - redacted.payload.lowerBound
        redacted.blanked = control.redact(
            &redacted.bytes,
            in: start..<redacted.payload.upperBound,
            maskKey: head.maskKey,
            offset: payloadOffset + UInt64(shift)
        )
        for index in redacted.blanked.indices {
            let range = redacted.blanked[index].range
            redacted.blanked[index].range = range.lowerBound + shift..<range.upperBound + shift
        }
    }

    private func blankAll(_ redacted: inout Redacted, _ head: FrameHeader) {
        guard !redacted.payload.isEmpty else { return }
        for index in redacted.payload { redacted.bytes[index] = UInt8(ascii: "*") }
        if let key = head.maskKey {
            Masking.apply(
                key: key,
                to: &redacted.bytes,
                range: redacted.payload,
                offset: payloadOffset
            )
        }
        redacted.blanked = [BlankedRun(0..<redacted.payload.count, .encoded)]
    }
}
