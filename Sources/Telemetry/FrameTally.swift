/// How many frames of each kind have passed, and how much they carried.
///
/// Plain numbers: counting a frame is two additions, and nothing is allocated.
public struct FrameTally: Equatable, Sendable {
    /// Frames that go on with a message.
    public var continuation: UInt64 = 0
    /// Frames that begin a message of text.
    public var text: UInt64 = 0
    /// Frames that begin a message of bytes.
    public var binary: UInt64 = 0
    /// Close frames.
    public var close: UInt64 = 0
    /// Pings.
    public var ping: UInt64 = 0
    /// Pongs.
    public var pong: UInt64 = 0
    /// Frames with an opcode to which RFC 6455 gives no meaning.
    public var reserved: UInt64 = 0
    /// Messages: data frames that are the last of theirs.
    public var messageCount: UInt64 = 0
    /// Bytes of payloads, as far as they have come.
    public var payloadByteCount: UInt64 = 0
    /// The first byte of the last frame's head: FIN, the reserved bits and the opcode.
    public var lastFirstByte: UInt8 = 0
    /// How many bytes the payload of the last frame has.
    public var lastPayloadLength: UInt64 = 0

    /// Nothing has passed.
    public init() {}

    /// Counts a frame, once its head is known.
    ///
    /// - Parameters:
    ///   - firstByte: FIN, the reserved bits and the opcode (RFC 6455 §5.2).
    ///   - payloadLength: What its head says of its payload's length, in bytes.
    @inlinable
    public mutating func count(firstByte: UInt8, payloadLength: UInt64) {
        switch firstByte & 0x0F {
        case 0x1: text &+= 1
        case 0x2: binary &+= 1
        case 0x0: continuation &+= 1
        case 0x8: close &+= 1
        case 0x9: ping &+= 1
        case 0xA: pong &+= 1
        default: reserved &+= 1
        }
        // RFC 6455 §5.5: opcodes from 8 on are control frames, which are no part of a message.
        if firstByte & 0x88 == 0x80 { messageCount &+= 1 }
        lastFirstByte = firstByte
        lastPayloadLength = payloadLength
    }

    /// Counts bytes of a payload.
    @inlinable
    public mutating func count(payloadByteCount count: Int) {
        payloadByteCount &+= UInt64(count)
    }

    /// All frames.
    public var frameCount: UInt64 { byOpcode.reduce(0) { $0 &+ $1.count } }

    /// The counts under the names of their opcodes, always in the same order.
    public var byOpcode: [(opcode: String, count: UInt64)] {
        [
            ("continuation", continuation), ("text", text), ("binary", binary), ("close", close),
            ("ping", ping), ("pong", pong), ("reserved", reserved),
        ]
    }

    /// The opcode of the last frame, by name.
    public var lastOpcode: String { Self.name(opcode: lastFirstByte & 0x0F) }

    private static func name(opcode: UInt8) -> String {
        switch opcode {
        case 0x0: "continuation"
        case 0x1: "text"
        case 0x2: "binary"
        case 0x8: "close"
        case 0x9: "ping"
        case 0xA: "pong"
        default: "reserved"
        }
    }

    /// Adds what another tally has counted.
    public static func += (left: inout FrameTally, right: FrameTally) {
        left.continuation &+= right.continuation
        left.text &+= right.text
        left.binary &+= right.binary
        left.close &+= right.close
        left.ping &+= right.ping
        left.pong &+= right.pong
        left.reserved &+= right.reserved
        left.messageCount &+= right.messageCount
        left.payloadByteCount &+= right.payloadByteCount
    }
}
