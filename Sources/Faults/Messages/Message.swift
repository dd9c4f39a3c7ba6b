internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// A whole message on its way through the faults of one direction.
///
/// A data message has all of its fragments, and the control frames that stood between them; a control frame
/// outside is a message by itself. It goes on as it came unless a fault says otherwise.
struct Message: Equatable {
    /// One frame of it.
    struct Frame: Equatable {
        var header: FrameHeader
        /// Where it stands in ``Message/bytes``, its head first.
        var range: Range<Int>

        var payload: Range<Int> { range.lowerBound + header.byteCount..<range.upperBound }
    }

    /// What is to become of it.
    enum Fate: Equatable {
        /// It goes on.
        case goesOn
        /// It never goes on, because of a fault.
        case dropped(cause: String)
        /// Nobody has sent it: a fault has made it, from the message at an offset or from nothing.
        case made(Rewrite.Kind, origin: ByteOffset, cause: String)
    }

    /// Where it stands in the received bytes; empty for one that a fault has made.
    var range: Range<ByteOffset>
    /// When its first byte came.
    var arrival: Instant
    /// Its bytes as they came; of one that a fault has made, as they will go.
    var bytes: ByteBuffer
    /// Its frames.
    var frames: [Frame] = []
    /// What it is.
    var opcode: Opcode
    /// The number of its first frame in its direction.
    var number: UInt64 = 0
    /// Whether it came compressed (RFC 7692 §6).
    var isCompressed = false
    /// What it inflates to; `nil` when it did not come compressed, or cannot be inflated.
    var inflated: [UInt8]?
    /// Whether faults may touch it: an extension that is not known may keep account of messages.
    var isTouchable = true
    /// What is to become of it.
    var fate = Fate.goesOn
    /// Another payload, and the fault that wants it.
    var altered: (payload: [UInt8], cause: String)?
    /// Bytes of payload in a frame at most, and the fault that wants it.
    var fragments: (size: Int, cause: String)?
    /// The faults that held it, with commas between.
    var heldBy = ""

    /// Whether faults behind this one pass it by.
    var isSettled: Bool { fate != .goesOn }

    /// How many bytes it occupies.
    var byteCount: Int { bytes.readableBytes }

    /// How many bytes its payload has, as the application sees it where that is known.
    var payloadByteCount: Int {
        altered?.payload.count ?? inflated?.count
            ?? frames.reduce(0) { isPart($1) ? $0 + $1.payload.count : $0 }
    }

    /// Its payload as the application sees it; `nil` when that cannot be known.
    ///
    /// What a fault before has made of it counts.
    var payload: [UInt8]? { altered?.payload ?? (isCompressed ? inflated : rawPayload) }

    /// Its payload without masks, compressed where it came compressed.
    var rawPayload: [UInt8] {
        var out: [UInt8] = []
        for frame in frames where isPart(frame) {
            let start = out.count
            out.append(contentsOf: copy(frame.payload))
            guard let key = frame.header.maskKey else { continue }
            Masking.apply(key: key, to: &out, range: start..<out.count, offset: 0)
        }
        return out
    }

    /// The mask key of its first frame.
    var maskKey: UInt32? { frames.first { isPart($0) }?.header.maskKey }

    /// The control frames that stand between its fragments, as they came.
    var controlBytes: ByteBuffer {
        var out = ByteBuffer()
        for frame in frames where !isPart(frame) { out.writeBytes(copy(frame.range)) }
        return out
    }

    static func == (left: Message, right: Message) -> Bool {
        left.range == right.range && left.bytes == right.bytes && left.fate == right.fate
            && left.altered?.payload == right.altered?.payload
            && left.fragments?.size == right.fragments?.size
    }

    /// Whether a frame is the message itself, and no control frame that stands between its fragments.
    private func isPart(_ frame: Frame) -> Bool {
        opcode.isControl || !frame.header.opcode.isControl
    }

    private func copy(_ range: Range<Int>) -> [UInt8] {
        bytes.getBytes(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? []
    }
}

/// Received bytes that no fault may touch, or not any more.
struct Run: Equatable {
    var range: Range<ByteOffset>
    var arrival: Instant
    var bytes: ByteBuffer
    /// Whether a message may be put in behind them.
    var endsBetweenMessages: Bool
    var heldBy = ""
}

/// What passes from one fault on messages to the next.
enum Piece: Equatable {
    case message(Message)
    case run(Run)
    /// Nothing follows.
    case end(Ending)

    var byteCount: Int {
        switch self {
        case .message(let message): message.byteCount
        case .run(let run): run.bytes.readableBytes
        case .end: 0
        }
    }

    /// Whether it is a control frame by itself.
    var isControl: Bool {
        if case .message(let message) = self { message.opcode.isControl } else { false }
    }

    /// Whether the sender says nothing behind it: it is a close frame, or the end of the stream.
    var isLast: Bool {
        switch self {
        case .message(let message): message.opcode == .close
        case .run: false
        case .end: true
        }
    }

    /// Whether a message ends with it.
    var endsMessage: Bool {
        switch self {
        case .message(let message): !message.opcode.isControl && !message.isSettled
        case .run(let run): run.endsBetweenMessages
        case .end: false
        }
    }

    func held(by name: String) -> Piece {
        switch self {
        case .message(var message):
            message.heldBy += message.heldBy.isEmpty ? name : ",\(name)"
            return .message(message)
        case .run(var run):
            run.heldBy += run.heldBy.isEmpty ? name : ",\(name)"
            return .run(run)
        case .end: return self
        }
    }
}
