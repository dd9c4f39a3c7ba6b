import FoundationEssentials
import Vocabulary

extension Instant {
    /// The wall clock; only the I/O side of this room reads it.
    static var now: Instant {
        Instant(nanoseconds: UInt64(Date.now.timeIntervalSince1970 * 1_000_000_000))
    }
}
