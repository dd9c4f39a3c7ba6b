/// The four bits that say what a frame is (RFC 6455 §5.2); reserved values are representable.
public struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The value, 0 to 15.
    public let rawValue: UInt8

    /// Creates an opcode from the low four bits of `rawValue`.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x0F
    }

    /// A further fragment of the message that a text or binary frame began.
    public static let continuation = Opcode(rawValue: 0x0)
    /// UTF-8 text.
    public static let text = Opcode(rawValue: 0x1)
    /// Arbitrary bytes.
    public static let binary = Opcode(rawValue: 0x2)
    /// The beginning of the end of a connection.
    public static let close = Opcode(rawValue: 0x8)
    /// A question whether the peer is there.
    public static let ping = Opcode(rawValue: 0x9)
    /// The answer to a ping.
    public static let pong = Opcode(rawValue: 0xA)

    /// Whether the frame is a control frame: 8 to 15, the reserved ones included (RFC 6455 §5.5).
    public var isControl: Bool { rawValue & 0x8 != 0 }

    /// Whether RFC 6455 gives the value no meaning.
    public var isReserved: Bool { (0x3...0x7).contains(rawValue) || rawValue >= 0xB }
}

extension Opcode: CustomStringConvertible {
    /// `text`, `ping`, …, or `reserved-3` for values without a meaning.
    public var description: String {
        switch self {
        case .continuation: "continuation"
        case .text: "text"
        case .binary: "binary"
        case .close: "close"
        case .ping: "ping"
        case .pong: "pong"
        default: "reserved-\(rawValue)"
        }
    }
}
