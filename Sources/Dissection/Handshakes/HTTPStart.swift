internal import WebSocketWire

/// Tells by its first bytes whether a run is HTTP/1.
enum HTTPStart {
    /// The longest method that is believed.
    private static let methodByteCountMax = 16

    /// Whether a request may begin here; `nil` while that cannot be told.
    static func isRequest(_ bytes: RawSpan) -> Bool? {
        for index in 0..<min(bytes.byteCount, methodByteCountMax) {
            let byte = bytes.byte(at: index)
            if byte == UInt8(ascii: " ") {
                guard index >= 3 else { return false }
                guard index + 1 < bytes.byteCount else { return nil }
                // RFC 9112 §3.2: origin, absolute and asterisk form; a host for CONNECT.
                return (0x21..<0x7F).contains(bytes.byte(at: index + 1))
            }
            guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) else { return false }
        }
        return bytes.byteCount < methodByteCountMax ? nil : false
    }

    /// Whether a response may begin here; `nil` while that cannot be told.
    static func isResponse(_ bytes: RawSpan) -> Bool? {
        let start = Array("HTTP/1.".utf8)
        for (index, byte) in start.enumerated() {
            guard index < bytes.byteCount else { return nil }
            guard bytes.byte(at: index) == byte else { return false }
        }
        return true
    }
}
