/// A run of a payload whose bytes were overwritten before they were recorded.
public struct BlankedRun: Hashable, Sendable {
    /// Why a run was blanked.
    public enum Reason: UInt8, Sendable, CaseIterable {
        /// It is a value that was named as secret.
        case secret = 0
        /// From here on the message could not be followed as JSON, so anything may be secret.
        case unreadable = 1
        /// The message is compressed, or otherwise encoded by an extension: values have no place.
        case encoded = 2
    }

    /// Where, from the payload's first byte that is at hand.
    public var range: Range<Int>
    /// Why.
    public var reason: Reason

    /// Creates a run.
    public init(_ range: Range<Int>, _ reason: Reason) {
        self.range = range
        self.reason = reason
    }
}

extension [BlankedRun] {
    /// Adds a byte behind the others, to the last run if it goes on there.
    @inline(__always)
    public mutating func blank(_ index: Int, _ reason: BlankedRun.Reason) {
        let last = count - 1
        if last >= 0, self[last].range.upperBound == index, self[last].reason == reason {
            self[last].range = self[last].range.lowerBound..<index + 1
        } else {
            append(BlankedRun(index..<index + 1, reason))
        }
    }
}
