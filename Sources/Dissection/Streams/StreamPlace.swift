internal import Reassembly
internal import Vocabulary

/// Where bytes of a TCP stream stand, and when they came.
struct StreamPlace {
    /// Who sent them.
    var side: Side
    /// Where the first of them stands among the side's bytes.
    var offset: UInt64
    /// When the packet with them passed.
    var time: Instant

    /// The place so many bytes further on; bytes before it are negative.
    func advanced(by byteCount: Int) -> StreamPlace {
        StreamPlace(side: side, offset: UInt64(Int64(offset) + Int64(byteCount)), time: time)
    }
}
