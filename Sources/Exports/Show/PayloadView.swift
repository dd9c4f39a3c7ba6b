internal import Vocabulary
internal import WebSocketWire

/// A payload as people read it: JSON laid out, text, or bytes in hexadecimal.
struct PayloadView {
    /// What it was taken for.
    let kind: String
    /// The lines, without line breaks.
    let lines: [String]

    /// Looks at the beginning of a payload.
    ///
    /// - Parameters:
    ///   - bytes: The payload's beginning.
    ///   - isWhole: Whether it is all of it.
    ///   - opcode: Of the frame or message.
    ///   - ink: Paints JSON.
    init(_ bytes: [UInt8], isWhole: Bool, opcode: Opcode?, ink: Ink) {
        var validator = UTF8Validator()
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        validator.take(unsafe bytes.span.bytes)
        // What was cut for showing may end inside a character.
        let isUTF8 = validator.isValid && (validator.isBetweenCharacters || !isWhole)
        if bytes.isEmpty {
            kind = "empty"
            lines = []
        } else if opcode == .close, bytes.count >= 2 {
            kind = "status and reason"
            let code = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
            let reason = String(decoding: bytes.dropFirst(2), as: UTF8.self).printable
            lines = [reason.isEmpty ? "\(code)" : "\(code)  \(reason)"]
        } else if isUTF8, isWhole, let laid = Self.json(bytes, ink) {
            kind = "JSON"
            lines = Self.split(laid)
        } else if isUTF8, opcode == .text || Self.isReadable(bytes) {
            kind = "text"
            let text = String(decoding: bytes, as: UTF8.self)
            lines = Self.split(text.printable(keepingLineBreaks: true))
        } else {
            kind = "bytes"
            lines = HexDump.lines(bytes[...])
        }
    }

    /// A number or a word by itself is text that happens to be JSON.
    private static func json(_ bytes: [UInt8], _ ink: Ink) -> String? {
        let first = bytes.first { $0 > 0x20 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
        // Between its tokens JSON has no controls but line breaks and tabs, so these are a peer's.
        let text = String(decoding: bytes, as: UTF8.self)
        guard JSONLayout.lay(bytes, .compact) != nil else { return nil }
        return JSONLayout.lay(
            Array(text.printable(keepingLineBreaks: true).utf8),
            .pretty,
            ink: ink
        )
    }

    private static func isReadable(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
