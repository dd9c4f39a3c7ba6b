/// Order statistics of a few or many figures.
enum Statistics {
    /// The middle figure, or the mean of the two middle ones; nil when there are none.
    static func median(_ figures: [Double]) -> Double? {
        guard !figures.isEmpty else { return nil }
        let sorted = figures.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The smallest figure that at least `fraction` of all figures do not exceed (nearest rank).
    static func percentile<Value>(_ fraction: Double, ofSorted figures: [Value]) -> Value? {
        guard !figures.isEmpty else { return nil }
        let rank = Int((fraction * Double(figures.count)).rounded(.up))
        return figures[min(max(rank, 1), figures.count) - 1]
    }
}
