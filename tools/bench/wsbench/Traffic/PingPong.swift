/// Round trips over a number of connections: on each a client sends a frame, the server answers
/// with one of the same payload size, and only then the client sends the next.
struct PingPong {
    /// The time of each round trip, in the order in which they ended.
    let times: [Duration]

    /// The payload of both frames, in bytes.
    static let payloadBytes = 120
    /// A run fails when no frame has moved for so long, in milliseconds.
    static let patience: Int32 = 20_000

    /// Plays until `count` round trips have ended; `warmUp` more at the start are not counted.
    init(_ count: Int, warmUp: Int, over pairs: [WebSocketPair]) throws {
        let players = pairs.map(Player.init)
        var readiness = Readiness(of: players)
        var samples: [Duration] = []
        samples.reserveCapacity(warmUp + count + players.count)

        for player in players { try player.serve() }
        while samples.count < warmUp + count {
            let isAlive = try readiness.wait(milliseconds: Self.patience) { index, isServer in
                if isServer {
                    try players[index].answer()
                } else if let sample = try players[index].score() {
                    samples.append(sample)
                    try players[index].serve()
                }
            }
            guard isAlive else {
                throw BenchError(.failed, "The proxy stalled: a frame of the ping-pong is missing.")
            }
        }
        times = Array(samples[warmUp..<warmUp + count])
    }
}
