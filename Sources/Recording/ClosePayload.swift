internal import CaptureFormat
internal import WebSocketWire

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
