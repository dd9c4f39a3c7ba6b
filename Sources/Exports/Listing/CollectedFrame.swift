internal import Crypto
internal import Vocabulary
internal import WebSocketWire

/// One frame with its parts put together and the beginning of its payload.
struct CollectedFrame {
    /// One part, as one read brought it.
    struct Part: Equatable {
        var time: Instant
        /// Head and payload together.
        var byteCount: Int
    }

    /// What a listing shows, but for text and digest: most frames are never shown.
    var line: FrameLine
    /// SHA-256 of a payload that is longer than what is held of it.
    var longSHA256: String?
    /// The head as on the wire.
    var head: [UInt8] = []
    /// The beginning of the payload, unmasked.
    var payload: [UInt8] = []
    /// The first parts, ``partsHeldMax`` at most.
    var parts: [Part] = []
    /// When the last part arrived.
    var ended: Instant
    /// Whether the same bytes were recorded before the upgrade was answered.
    var isReread = false

    /// Parts that are held of one frame.
    static let partsHeldMax = 16

    /// Where the byte after the frame's last one stands in the leg's byte stream.
    var end: ByteOffset { line.offset + UInt64(head.count) + line.length }

    /// The beginning of a text payload that is not compressed.
    var text: String? {
        guard let header = line.header, header.opcode == .text, !header.isCompressed else {
            return nil
        }
        return String(decoding: payload, as: UTF8.self)
    }

    /// SHA-256 of the unmasked payload, in hexadecimal.
    var sha256: String { longSHA256 ?? SHA256.hash(data: payload).hexadecimal }

    /// All that a listing shows.
    var listed: FrameLine {
        var line = line
        line.text = text
        line.sha256 = sha256
        return line
    }

    /// The line of a timeline, of which no more than so many characters are needed.
    func line(width: Int) -> String {
        var line = line
        if let header = line.header, header.opcode == .text, !header.isCompressed {
            line.text = String(decoding: payload.prefix(4 * width), as: UTF8.self)
        }
        return line.line(width: width)
    }
}
