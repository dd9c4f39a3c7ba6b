/// A ping-pong that is being played: one thread is all clients and the server.
///
/// It never sleeps, so that its own waking up is not part of what is measured.
struct Game {
    /// The time of each round trip, in the order in which they ended.
    private(set) var samples: [Duration] = []

    private let players: [Player]
    private let readiness: Readiness
    private let clock = ContinuousClock()
    private var lastSampleAt = ContinuousClock().now

    /// A game fails when no round trip has ended for so long.
    static let patience = Duration.seconds(20)

    init(_ pairs: [WebSocketPair]) {
        players = pairs.map(Player.init)
        readiness = Readiness(of: players)
    }

    /// Each client sends, waits for the answer, and sends again, until `count` round trips ended.
    mutating func play(_ count: Int) throws {
        samples.reserveCapacity(count + players.count)
        for player in players { try player.serve(dueAt: clock.now) }
        while samples.count < count {
            try look { player in try player.serve(dueAt: player.clock.now) }
        }
    }

    /// Client after client sends a frame when the next interval is over, until `count` round trips
    /// ended.
    mutating func play(_ count: Int, interval: Duration) throws {
        samples.reserveCapacity(count)
        var served = 0
        var due = clock.now
        while samples.count < count {
            while served < count, due <= clock.now {
                try players[served % players.count].serve(dueAt: due)
                served += 1
                due += interval
            }
            try look { _ in }
        }
    }

    /// Each client sends one frame and has its answer.
    mutating func playOnce() throws {
        for player in players { try player.serve(dueAt: clock.now) }
        while samples.count < players.count { try look { _ in } }
    }

    /// Does what can be done now, and calls `scored` for each client whose round trip ended.
    private mutating func look(_ scored: (Player) throws -> Void) throws {
        let count = samples.count
        try readiness.look { index, isServer in
            if isServer {
                try players[index].answer()
            } else {
                while let sample = try players[index].score() {
                    samples.append(sample)
                    try scored(players[index])
                }
            }
        }
        if samples.count > count {
            lastSampleAt = clock.now
        } else if clock.now - lastSampleAt > Self.patience {
            throw BenchError(.failed, "The proxy stalled: a frame of the ping-pong is missing.")
        }
    }
}
