internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// Writes frames (RFC 6455 §5.2) with minimal lengths.
enum FrameWriter {
    /// Writes a message.
    ///
    /// - Parameters:
    ///   - opcode: What it is.
    ///   - payload: Its payload, not masked.
    ///   - isCompressed: Whether the payload is compressed (RSV1 of the first frame, RFC 7692 §6).
    ///   - maskKey: Masks every frame; `nil` for none.
    ///   - fragmentByteCountMax: Bytes of payload in a frame at most; control frames are never cut.
    ///   - out: Where the bytes are appended.
    static func write(
        _ opcode: Opcode,
        _ payload: [UInt8],
        isCompressed: Bool = false,
        maskKey: UInt32?,
        fragmentByteCountMax: Int? = nil,
        into out: inout ByteBuffer
    ) {
        let size = opcode.isControl ? payload.count : fragmentByteCountMax ?? payload.count
        var start = 0
        repeat {
            let end = min(start + max(size, 1), payload.count)
            var first: UInt8 = start == 0 ? opcode.rawValue : Opcode.continuation.rawValue
            if end == payload.count { first |= 0x80 }
            if start == 0, isCompressed { first |= 0x40 }
            writeFrame(first, payload[start..<end], maskKey: maskKey, into: &out)
            start = end
        } while start < payload.count
    }

    private static func writeFrame(
        _ firstByte: UInt8,
        _ payload: ArraySlice<UInt8>,
        maskKey: UInt32?,
        into out: inout ByteBuffer
    ) {
        out.writeInteger(firstByte)
        let mask: UInt8 = maskKey == nil ? 0 : 0x80
        switch payload.count {
        case ..<126: out.writeInteger(mask | UInt8(payload.count))
        case ...0xFFFF:
            out.writeInteger(mask | 126)
            out.writeInteger(UInt16(payload.count))
        default:
            out.writeInteger(mask | 127)
            out.writeInteger(UInt64(payload.count))
        }
        guard let maskKey else {
            out.writeBytes(payload)
            return
        }
        // The key stands in wire order, first byte in the lowest eight bits.
        out.writeInteger(maskKey, endianness: .little)
        var masked = Array(payload)
        Masking.apply(key: maskKey, to: &masked, range: 0..<masked.count, offset: 0)
        out.writeBytes(masked)
    }

    /// Writes a close frame (RFC 6455 §5.5.1).
    static func close(code: UInt16, reason: String, maskKey: UInt32?) -> ByteBuffer {
        var out = ByteBuffer()
        let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8)
        write(.close, payload, maskKey: maskKey, into: &out)
        return out
    }
}
