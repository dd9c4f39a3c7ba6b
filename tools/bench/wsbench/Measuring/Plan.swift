/// How much is measured.
struct Plan: Codable {
    var rounds: Int
    /// Client frames of one relay run, in bytes (headers included; the last frame is completed).
    var relayBytes: Int
    /// Payload sizes of the relay runs, in bytes.
    var payloadBytes = [120, 4096]
    /// Round trips of one latency run, over all its connections together.
    var roundTrips: Int
    /// Numbers of connections of the latency runs.
    var connections: [Int]
    /// Frames of the memory run, in bytes.
    var memoryBytes: Int
    /// Frames that pass before memory is first looked at: buffers and rings are then in use.
    var memoryWarmUpBytes: Int
    /// Round trips that pass before the clock of a latency run counts.
    var roundTripsWarmUp = 200

    /// What `make bench` measures.
    static let full = Plan(
        rounds: 5,
        relayBytes: 512_000_000,
        roundTrips: 20_000,
        connections: [1, 64],
        memoryBytes: 1_000_000_000,
        memoryWarmUpBytes: 256_000_000
    )

    /// A glance that takes seconds, to see that everything works.
    static let quick = Plan(
        rounds: 1,
        relayBytes: 64_000_000,
        roundTrips: 2000,
        connections: [1],
        memoryBytes: 256_000_000,
        memoryWarmUpBytes: 128_000_000
    )
}
