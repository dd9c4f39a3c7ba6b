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

    /// Blocks to take ahead for files of this size, in bytes: little beside what is kept of them.
    public var stepByteCount: UInt64 {
        guard let byteCount else { return Self.stepByteCountMax }
        return min(Self.stepByteCountMax, max(1 << 20, byteCount / 4))
    }

    private static let stepByteCountMax: UInt64 = 16 << 20
    /// What a file may have beyond its size and one step: a slot, and a tick.
    private static let overshootByteCount: UInt64 = 2 << 20

    /// The disk space to leave for the file that is being written and the beginning of the next, in
    /// bytes; `nil` when nothing bounds it.
    ///
    /// - Parameter kept: All that may be kept, in bytes. What a file takes beyond its size is left at most
    ///   an eighth of it, or little would be kept of little.
    /// - Returns: The file's size, and what it may take beyond it.
    public func spaceByteCount(ofKept kept: UInt64?) -> UInt64? {
        let beyond = min(2 * stepByteCount + Self.overshootByteCount, (kept ?? .max) / 8)
        return byteCount.map { $0 + beyond }
    }

    /// Whether a file is to be followed by a new one.
    func isDue(byteCount: UInt64, begun: Instant, now: Instant) -> Bool {
        if let limit = self.byteCount, byteCount >= limit { return true }
        if let interval, now.since(begun) >= interval { return true }
        return false
    }
}
