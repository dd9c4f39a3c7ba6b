/// A goal of one peer and whether it was reached.
struct Outcome: Encodable {
    var peer: PeerName
    /// What was compared: `frames/s`.
    var figure: String
    /// What it was compared with, if with a peer.
    var reference: PeerName?
    /// Round by round, the peer's figure over that of the reference.
    var ratio: Summary?
    /// What is asked for: `≥ 1 ×`.
    var goal: String
    var isReached: Bool

    /// Asks that `own` is at least, or at most, so many times the figure of `reference`; nil when
    /// there is no ratio.
    init?(
        _ figure: String,
        _ own: (peer: PeerName, rounds: Summary),
        to reference: (peer: PeerName, rounds: Summary),
        _ limit: Limit
    ) {
        guard let ratio = own.rounds.ratio(to: reference.rounds) else { return nil }
        peer = own.peer
        self.figure = figure
        self.reference = reference.peer
        self.ratio = ratio
        switch limit {
        case .atLeast(let minimum):
            goal = "≥ \(Figure.plain(minimum)) ×"
            isReached = ratio.median >= minimum
        case .atMost(let maximum):
            goal = "≤ \(Figure.plain(maximum)) ×"
            isReached = ratio.median <= maximum
        }
    }

    /// Asks for something that no other peer is the measure of.
    init(_ peer: PeerName, _ figure: String, goal: String, isReached: Bool) {
        self.peer = peer
        self.figure = figure
        self.goal = goal
        self.isReached = isReached
    }

    /// Which way a ratio is good.
    enum Limit {
        case atLeast(Double)
        case atMost(Double)
    }
}
