/// The same quantity from several rounds.
struct Summary: Encodable {
    /// One figure a round, in the order of the rounds.
    var rounds: [Double]
    var median: Double
    var lowest: Double
    var highest: Double

    /// Nil when no round gave a figure.
    init?(_ rounds: [Double]) {
        guard let median = Statistics.median(rounds),
            let lowest = rounds.min(),
            let highest = rounds.max()
        else { return nil }
        self.rounds = rounds
        self.median = median
        self.lowest = lowest
        self.highest = highest
    }

    /// Round by round, this quantity over another's: drift of the machine between rounds cancels.
    func ratio(to other: Summary) -> Summary? {
        Summary(zip(rounds, other.rounds).map { $0 / $1 })
    }
}
