/// The head of a frame (RFC 6455 §5.2), as it was on the wire.
///
/// ```
///  0                   1                   2                   3
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| 7-bit length|  16- or 64-bit length, when   |
/// |I|S|S|S|       |A|             |  the 7 bits say 126 or 127    |
/// |N|V|V|V|       |S|             |                               |
/// | |1|2|3|       |K|             |  then 4 bytes mask key if MASK|
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// ```
public struct FrameHeader: Equatable, Sendable {
    /// FIN, the reserved bits and the opcode.
    public let firstByte: UInt8
    /// MASK and the 7-bit length.
    public let secondByte: UInt8
    /// The payload's length in bytes.
    public let payloadLength: UInt64
    /// The mask key in wire order, first byte in the lowest eight bits; `nil` on unmasked frames.
    public let maskKey: UInt32?

    /// The longest possible head: 2 bytes, 8 of length, 4 of mask key.
    public static let byteCountMax = 14

    /// Creates a header from its parts.
    public init(firstByte: UInt8, secondByte: UInt8, payloadLength: UInt64, maskKey: UInt32?) {
        self.firstByte = firstByte
        self.secondByte = secondByte
        self.payloadLength = payloadLength
        self.maskKey = maskKey
    }

    /// Reads the head at the start of `bytes`.
    ///
    /// - Returns: `nil` when `bytes` ends before the head does.
    /// - Throws: ``WireError/payloadLengthTooLarge(got:)``.
    @inlinable
    public init?(_ bytes: RawSpan) throws(WireError) {
        guard bytes.byteCount >= 2 else { return nil }
        let first = bytes.byte(at: 0)
        let second = bytes.byte(at: 1)
        guard bytes.byteCount >= Self.byteCount(secondByte: second) else { return nil }
        var position = 2
        var length = UInt64(second & 0x7F)
        // Safety: `byteCount(secondByte:)` has counted these bytes, the guard above has found them, and any
        // bit pattern is an integer.
        if length == 126 {
            length = unsafe UInt64(
                UInt16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 2, as: UInt16.self))
            )
            position = 4
        } else if length == 127 {
            length = unsafe UInt64(
                bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 2, as: UInt64.self)
            )
            position = 10
        }
        // RFC 6455 §5.2: "the most significant bit MUST be 0".
        guard length <= UInt64(Int64.max) else { throw .payloadLengthTooLarge(got: length) }
        var key: UInt32?
        if second & 0x80 != 0 {
            // Safety: as above.
            key = unsafe UInt32(
                littleEndian: bytes.unsafeLoadUnaligned(
                    fromByteOffset: position,
                    as: UInt32.self
                )
            )
        }
        self.init(firstByte: first, secondByte: second, payloadLength: length, maskKey: key)
    }

    /// How many bytes a head has, going by its second byte.
    @inlinable
    public static func byteCount(secondByte: UInt8) -> Int {
        let length = secondByte & 0x7F
        let extended = length == 126 ? 2 : length == 127 ? 8 : 0
        return 2 + extended + (secondByte & 0x80 != 0 ? 4 : 0)
    }

    /// How many bytes this head has on the wire.
    public var byteCount: Int { Self.byteCount(secondByte: secondByte) }
    /// Whether the message ends with this frame.
    public var isFinal: Bool { firstByte & 0x80 != 0 }
    /// The reserved bits, RSV1 as 4, RSV2 as 2, RSV3 as 1.
    public var reservedBits: UInt8 { firstByte >> 4 & 0x7 }
    /// RSV1: on the first frame of a message, that it is compressed (RFC 7692 §6).
    public var isCompressed: Bool { firstByte & 0x40 != 0 }
    /// What the frame is.
    public var opcode: Opcode { Opcode(rawValue: firstByte) }
    /// Whether the payload is masked.
    public var isMasked: Bool { secondByte & 0x80 != 0 }

    /// Whether the length is written in as few bytes as it can be (RFC 6455 §5.2 demands it).
    public var isMinimalLength: Bool {
        switch secondByte & 0x7F {
        case 126: payloadLength > 125
        case 127: payloadLength > 0xFFFF
        default: true
        }
    }
}

extension FrameHeader: CustomStringConvertible {
    /// `TEXT [1200 bytes, fin, masked]`.
    public var description: String {
        var traits = ["\(payloadLength) bytes"]
        if isFinal { traits.append("fin") }
        if isMasked { traits.append("masked") }
        if reservedBits != 0 { traits.append("rsv \(reservedBits)") }
        return "\(opcode.description.uppercased()) [\(traits.joined(separator: ", "))]"
    }
}
