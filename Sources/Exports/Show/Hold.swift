internal import CaptureFormat
internal import Vocabulary

/// How long faults held bytes before they went on.
struct Hold: Equatable {
    /// In nanoseconds, of the bytes that waited longest.
    private(set) var nanoseconds: UInt64 = 0
    /// The faults, with commas between.
    private(set) var cause = ""

    /// The hold of a run of bytes, now that a record tells of one more.
    static func taking(
        _ record: HeldRecord,
        range: Range<ByteOffset>,
        direction: Direction,
        after known: Hold?
    ) -> Hold? {
        guard record.direction == direction, record.range.overlaps(range),
            record.heldNanoseconds >= known?.nanoseconds ?? 0
        else { return known }
        return Hold(nanoseconds: record.heldNanoseconds, cause: record.cause)
    }

    /// How the bytes were forwarded, in a few words.
    var words: String { "held for \(nanoseconds / 1_000_000) ms by '\(cause)', then forwarded" }
}
