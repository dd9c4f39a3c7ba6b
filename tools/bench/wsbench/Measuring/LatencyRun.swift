/// One peer's turn in one round, in microseconds.
struct LatencyRun {
    var median: Double
    var percentile99: Double
    var percentile999: Double
    /// The share of a core that load and server had.
    var loadCoresBusy: Double

    init(_ pingPong: PingPong) {
        let sorted = pingPong.times.sorted()
        func microseconds(_ fraction: Double) -> Double {
            (Statistics.percentile(fraction, ofSorted: sorted) ?? .zero) / .microseconds(1)
        }
        median = microseconds(0.5)
        percentile99 = microseconds(0.99)
        percentile999 = microseconds(0.999)
        loadCoresBusy = pingPong.coresBusy
    }
}
