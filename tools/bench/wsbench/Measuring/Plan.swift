/// How much is measured.
struct Plan: Encodable {
    var rounds: Int
    /// Client frames of one relay run, in bytes (headers included; the last frame is completed).
    var relayBytes: Int
    /// How the load fills its records over TLS: a table for each.
    var tlsRecords = RecordFill.allCases
    /// Payload sizes of the relay runs, in bytes.
    var payloadBytes = [120, 4096]
    /// How long a relay run of a slow peer is, in seconds; it then is shorter than `relayBytes`.
    var slowSeconds: Double
    /// Round trips of one latency run, over all its connections together.
    var roundTrips: Int
    /// What the latency runs play.
    var pace: [Pace]
    /// Connections that say nothing.
    var idleConnections: Int
    /// How often idle connections are measured: memory varies little.
    var idleRounds: Int
    /// Frames of the memory run, in bytes.
    var memoryBytes: Int
    /// Frames that pass before memory is first looked at: buffers and rings are then in use.
    var memoryWarmUpBytes: Int
    /// Round trips that pass before the clock of a latency run counts.
    var roundTripsWarmUp = 200

    /// How many connections a latency run has, and when their frames are sent.
    struct Pace: Encodable {
        var connections: Int
        /// Frames that clients send a second, all together, whether or not the last one has been
        /// answered; nil when each client waits for its answer and then sends at once.
        var framesPerSecond: Int?
    }

    /// One connection that waits for its answers, and 64 that do not.
    ///
    /// One connection cannot have a queue; 64 that never rest would be nothing but one. So these
    /// send so many frames a second, about a quarter of what HAProxy can.
    static let pace = [Pace(connections: 1), Pace(connections: 64, framesPerSecond: 16_000)]

    /// What `make bench` measures.
    static let full = Plan(
        rounds: 5,
        relayBytes: 512_000_000,
        slowSeconds: 3,
        roundTrips: 20_000,
        pace: pace,
        idleConnections: 5000,
        idleRounds: 3,
        memoryBytes: 1_000_000_000,
        memoryWarmUpBytes: 256_000_000
    )

    /// A glance that takes seconds, to see that everything works.
    static let quick = Plan(
        rounds: 1,
        relayBytes: 64_000_000,
        slowSeconds: 0.5,
        roundTrips: 2000,
        pace: pace,
        idleConnections: 500,
        idleRounds: 1,
        memoryBytes: 256_000_000,
        memoryWarmUpBytes: 128_000_000
    )

    /// The most frames of a relay run over TLS, in bytes: its records are kept in memory.
    static let relayBytesOverTLSMax = 1_000_000_000

    /// How many frames one relay run has; over TLS, when the load is told how to fill its records.
    func relayFrames(of block: FrameBlock, tlsRecords: RecordFill?) -> Int {
        guard let tlsRecords else { return block.frames(coveringBytes: relayBytes) }
        let bytes = min(relayBytes, Self.relayBytesOverTLSMax)
        return min(block.frames(coveringBytes: bytes), tlsRecords.framesMax)
    }
}
