public import WebSocketWire

/// Builds frames as they stand on the wire, the wrong ones too.
public enum FrameBytes {
    /// How a payload length is written.
    public enum LengthForm: CaseIterable, Sendable {
        /// As short as it can be.
        case minimal
        /// In 16 bits, needed or not.
        case sixteenBits
        /// In 64 bits, needed or not.
        case sixtyFourBits
    }

    /// One frame.
    public static func frame(
        _ opcode: Opcode,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reservedBits: UInt8 = 0,
        maskKey: UInt32? = nil,
        length: LengthForm = .minimal
    ) -> [UInt8] {
        var out: [UInt8] = [(isFinal ? 0x80 : 0) | reservedBits << 4 | opcode.rawValue]
        let mask: UInt8 = maskKey == nil ? 0 : 0x80
        let form: LengthForm =
            payload.count > 0xFFFF
            ? .sixtyFourBits : payload.count > 125 && length == .minimal ? .sixteenBits : length
        switch form {
        case .minimal: out.append(mask | UInt8(payload.count))
        case .sixteenBits:
            out += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        case .sixtyFourBits:
            out.append(mask | 127)
            out += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
        }
        var body = payload
        if let maskKey {
            out += (0..<4).map { UInt8(truncatingIfNeeded: maskKey >> (8 * UInt32($0))) }
            Masking.apply(key: maskKey, to: &body, range: 0..<body.count, offset: 0)
        }
        return out + body
    }
}
