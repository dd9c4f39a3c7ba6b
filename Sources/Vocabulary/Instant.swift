/// A point in time: nanoseconds since the Unix epoch.
///
/// Rooms below the I/O line never read a clock; an `Instant` is always handed to them.
public struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: UInt64

    /// Creates an instant from nanoseconds since the Unix epoch.
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// 1970-01-01T00:00:00Z.
    public static let epoch = Instant(nanoseconds: 0)

    /// Orders by time.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The time from `earlier` to `self`; negative when `earlier` is later.
    public func since(_ earlier: Instant) -> Duration {
        nanoseconds >= earlier.nanoseconds
            ? .nanoseconds(Int64(clamping: nanoseconds - earlier.nanoseconds))
            : .nanoseconds(-Int64(clamping: earlier.nanoseconds - nanoseconds))
    }

    /// The instant `duration` later, clamped to what 64 bits can hold.
    public func advanced(by duration: Duration) -> Instant {
        let step = duration.inNanoseconds
        let moved =
            step >= 0
            ? nanoseconds.addingReportingOverflow(UInt64(step))
            : nanoseconds.subtractingReportingOverflow(step.magnitude)
        guard moved.overflow else { return Instant(nanoseconds: moved.partialValue) }
        return Instant(nanoseconds: step >= 0 ? .max : 0)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, clamped to what 64 bits can hold.
    public var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds, for figures that people read.
    public var inSeconds: Double {
        Double(inNanoseconds) / 1_000_000_000
    }
}
