internal import Vocabulary

/// One frame with its parts put together and the beginning of its payload.
struct CollectedFrame {
    /// One part, as one read brought it.
    struct Part: Equatable {
        var time: Instant
        /// Head and payload together.
        var byteCount: Int
    }

    /// What a listing shows.
    var line: FrameLine
    /// The head as on the wire.
    var head: [UInt8] = []
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

    /// The line of a timeline, of which no more than so many characters are needed.
    func line(width: Int) -> String {
        var line = line
        line.payload = Array(line.payload.prefix(4 * width))
        return line.line(width: width)
    }
}
