internal import WebSocketWire

/// Bytes as text (RFC 4648 §4, with padding).
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )

    /// Four characters for every three bytes, the last group filled with `=`.
    static func text(_ bytes: RawSpan) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.byteCount + 2) / 3 * 4)
        var index = 0
        while index < bytes.byteCount {
            let count = min(3, bytes.byteCount - index)
            var group: UInt32 = 0
            for place in 0..<3 {
                let byte = place < count ? bytes.byte(at: index + place) : 0
                group = group << 8 | UInt32(byte)
            }
            for place in 0..<4 {
                let digit = alphabet[Int(group >> (18 - 6 * UInt32(place)) & 0x3F)]
                out.append(place <= count ? digit : UInt8(ascii: "="))
            }
            index += 3
        }
        return String(decoding: out, as: UTF8.self)
    }
}
