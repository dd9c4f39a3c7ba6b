/// How many durations were at most so long: buckets with fixed bounds, as Prometheus wants them.
public struct DurationHistogram: Equatable, Sendable {
    /// The upper bounds of the buckets, in nanoseconds; a last bucket takes what is longer.
    public static let bounds: [UInt64] = [
        5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 1_000_000_000,
    ]

    /// How many fell into each bucket, the last one included; not cumulative.
    public private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// All durations together, in nanoseconds.
    public private(set) var sumNanoseconds: UInt64 = 0

    /// Nothing was measured yet.
    public init() {}

    /// How many durations there were.
    public var count: UInt64 { counts.reduce(0, &+) }

    /// Adds a duration, in nanoseconds.
    public mutating func add(_ nanoseconds: UInt64) {
        var bucket = 0
        while bucket < Self.bounds.count, nanoseconds > Self.bounds[bucket] { bucket += 1 }
        counts[bucket] &+= 1
        sumNanoseconds &+= nanoseconds
    }

    /// Adds what another histogram has counted.
    public static func += (left: inout DurationHistogram, right: DurationHistogram) {
        for bucket in left.counts.indices { left.counts[bucket] &+= right.counts[bucket] }
        left.sumNanoseconds &+= right.sumNanoseconds
    }
}
