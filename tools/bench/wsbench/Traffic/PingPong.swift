/// Round trips over a number of connections: on each a client sends frames and the server answers
/// every one with a frame of the same payload size.
struct PingPong {
    /// The time of each round trip, in the order in which they ended.
    let times: [Duration]
    /// The share of a core that the players had: they never sleep, so it is 1 on a quiet machine.
    let coresBusy: Double

    /// The payload of both frames, in bytes.
    static let payloadBytes = 120

    /// Plays until `count` round trips have ended; `warmUp` more at the start are not counted.
    ///
    /// Without a rate each client sends when it has its answer. With one, frames are sent at fixed
    /// times, one connection after the other, and each round trip is counted from when its frame
    /// was *due*: a proxy that stops for a while pays for every frame that had to wait, as it would
    /// with clients that do not wait for each other.
    init(
        _ count: Int,
        warmUp: Int,
        framesPerSecond: Int?,
        over pairs: [WebSocketPair]
    ) throws {
        var game = Game(pairs)
        let clock = ContinuousClock()
        let start = (time: clock.now, cpu: ProcessFigures.ownCPU)
        if let framesPerSecond {
            try game.play(warmUp + count, interval: .seconds(1) / framesPerSecond)
        } else {
            try game.play(warmUp + count)
        }
        coresBusy = (ProcessFigures.ownCPU - start.cpu) / start.time.duration(to: clock.now)
        times = Array(game.samples[warmUp..<warmUp + count])
    }

    /// Plays one round trip on every connection: all of them still work.
    static func playOnce(over pairs: [WebSocketPair]) throws {
        var game = Game(pairs)
        try game.playOnce()
    }
}
