internal import Vocabulary

/// When a recording goes on in a new file.
public struct RotationPolicy: Equatable, Sendable {
    /// When the file has this many bytes; `nil` is never.
    public var byteCount: UInt64?
    /// When the file is this old; `nil` is never.
    public var interval: Duration?

    /// Creates a policy; the default is one file.
    public init(byteCount: UInt64? = nil, interval: Duration? = nil) {
        self.byteCount = byteCount
        self.interval = interval
    }

    /// Whether a file is to be followed by a new one.
    func isDue(byteCount: UInt64, begun: Instant, now: Instant) -> Bool {
        if let limit = self.byteCount, byteCount >= limit { return true }
        if let interval, now.since(begun) >= interval { return true }
        return false
    }
}
