import Glibc

/// A ping-pong that is being played: one thread is all clients and the server.
///
/// It never sleeps, so that its own waking up is not part of what is measured, and looks only at
/// connections whose frame is on its way, so that a look does not cost more with more of them.
struct Game {
    /// The time of each round trip, in the order in which they ended.
    private(set) var samples: [Duration] = []

    private let players: [Player]
    /// Those whose frame is on its way.
    private var playing: [Player] = []
    private var polls: [pollfd] = []
    private let clock = ContinuousClock()
    private var lastSampleAt = ContinuousClock().now

    /// A game fails when no round trip has ended for so long.
    static let patience = Duration.seconds(20)

    init(_ pairs: [WebSocketPair]) {
        players = pairs.map(Player.init)
    }

    /// Each client sends, waits for the answer, and sends again, until `count` round trips ended.
    mutating func play(_ count: Int) throws {
        samples.reserveCapacity(count + players.count)
        for player in players { try serve(player, dueAt: clock.now) }
        while samples.count < count {
            for player in try look() { try serve(player, dueAt: clock.now) }
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
                try serve(players[served % players.count], dueAt: due)
                served += 1
                due += interval
            }
            _ = try look()
        }
    }

    /// Each client sends one frame and has its answer.
    mutating func playOnce() throws {
        for player in players { try serve(player, dueAt: clock.now) }
        while samples.count < players.count { _ = try look() }
    }

    private mutating func serve(_ player: Player, dueAt instant: ContinuousClock.Instant) throws {
        if !player.isWaiting { playing.append(player) }
        try player.serve(dueAt: instant)
    }

    /// Does what can be done now; the players that have all their answers since.
    private mutating func look() throws -> [Player] {
        polls.removeAll(keepingCapacity: true)
        for player in playing {
            for end in [player.pair.client, player.pair.server] {
                polls.append(pollfd(fd: end.descriptor, events: Int16(POLLIN), revents: 0))
            }
        }
        let ready = poll(&polls, nfds_t(polls.count), 0)
        try Interruption.check()
        let count = samples.count
        if ready > 0 {
            for (index, player) in playing.enumerated() {
                if polls[2 * index + 1].revents != 0 { try player.answer() }
                guard polls[2 * index].revents != 0 else { continue }
                while let sample = try player.score() { samples.append(sample) }
            }
        }
        guard samples.count > count else {
            // Nothing is on its way between two frames that are due one after the other.
            if playing.isEmpty { lastSampleAt = clock.now }
            guard clock.now - lastSampleAt < Self.patience else {
                throw BenchError(.failed, "The proxy stalled: a frame of the ping-pong is missing.")
            }
            return []
        }
        lastSampleAt = clock.now
        let done = playing.filter { !$0.isWaiting }
        playing.removeAll { !$0.isWaiting }
        return done
    }
}
