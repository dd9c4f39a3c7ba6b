internal import NIOCore
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// Wall time that cannot jump: the monotonic clock, anchored once to the wall.
public struct AnchoredClock: Sendable {
    private let wallAnchor: UInt64
    private let monotonicAnchor: UInt64

    /// Anchors the clock now.
    public init() {
        wallAnchor = Self.wall().nanoseconds
        monotonicAnchor = NIODeadline.now().uptimeNanoseconds
    }

    /// The time.
    public func now() -> Instant {
        Instant(nanoseconds: wallAnchor + (NIODeadline.now().uptimeNanoseconds - monotonicAnchor))
    }

    /// What the system's wall clock says, steps included.
    public static func wall() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }
}
