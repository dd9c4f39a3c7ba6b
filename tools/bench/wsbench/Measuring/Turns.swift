/// What the peers did when each had its turn in every round.
struct Turns<Run> {
    /// One run a round; peers that failed are not among them.
    var runs: [PeerName: [Run]] = [:]
    /// Peers that failed, in the order in which they did.
    var failures: [Failure] = []
}

/// A peer that could not be measured to the end, and why.
struct Failure: Encodable {
    var peer: PeerName
    var reason: String
}

extension Bench {
    /// Gives the peers that take part in a section their turns, in rotating order.
    ///
    /// One that the run can do without is dropped when it fails; any other failure ends the run.
    ///
    /// - Parameters:
    ///   - section: Whose peers take part.
    ///   - rounds: How often each has its turn.
    ///   - what: What is measured, for the line of progress.
    ///   - warmUp: A turn before the first round that does not count, if there is to be one.
    ///   - turn: One peer's turn.
    /// - Returns: What came of it.
    /// - Throws: What a peer's turn throws that the run cannot do without.
    func takeTurns<Run>(
        _ section: Section,
        rounds: Int,
        _ what: String,
        warmUp: ((any Peer) throws -> Void)? = nil,
        _ turn: (any Peer) throws -> Run
    ) throws -> Turns<Run> {
        var turns = Turns<Run>()
        var playing = peers.filter { $0.sections.contains(section) }
        let everyone = playing

        func attempt(_ peer: any Peer, _ label: String, _ body: (any Peer) throws -> Void) throws {
            guard playing.contains(where: { $0.name == peer.name }) else { return }
            progress.show("\(what), \(label), \(peer.title)")
            do {
                try body(peer)
            } catch let error as BenchError
                where peer.name.kind.isOptional && error.kind != .interrupted
            {
                turns.failures.append(Failure(peer: peer.name, reason: error.description))
                turns.runs[peer.name] = nil
                playing.removeAll { $0.name == peer.name }
            }
        }

        if let warmUp {
            for peer in everyone { try attempt(peer, "warming up", warmUp) }
        }
        for round in 0..<rounds {
            for peer in Rotation.order(everyone, round: round) {
                try attempt(peer, "round \(round + 1) of \(rounds)") { peer in
                    turns.runs[peer.name, default: []].append(try turn(peer))
                }
            }
        }
        return turns
    }
}
