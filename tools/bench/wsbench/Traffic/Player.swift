import Vocabulary

/// One connection of the ping-pong.
final class Player {
    let pair: WebSocketPair
    private let clock = ContinuousClock()
    private let ping: [UInt8]
    private let pong: [UInt8]
    private var received: (byServer: [UInt8], byClient: [UInt8]) = ([], [])
    /// When each frame was due that has no answer yet, the oldest first.
    private var due: [ContinuousClock.Instant] = []
    private var piece = [UInt8](repeating: 0, count: 1024)

    init(_ pair: WebSocketPair) {
        self.pair = pair
        var generator = SeededGenerator(seed: UInt64(pair.client.descriptor))
        ping = Frame.masked(payloadBytes: PingPong.payloadBytes, from: &generator)
        pong = Frame.unmasked(payloadBytes: PingPong.payloadBytes, from: &generator)
    }

    /// Whether a frame of its client has no answer yet.
    var isWaiting: Bool { !due.isEmpty }

    /// The client sends its frame, which was due now or before.
    func serve(dueAt instant: ContinuousClock.Instant) throws {
        due.append(instant)
        try send(ping, to: pair.client)
    }

    /// The server reads, and answers whole frames.
    func answer() throws {
        try receive(from: pair.server, into: &received.byServer)
        while try take(ping, from: &received.byServer) { try send(pong, to: pair.server) }
    }

    /// The client reads; the time of the oldest round trip when a whole frame is there for it.
    func score() throws -> Duration? {
        // A second answer that came with the first one is there without another read.
        if received.byClient.count < pong.count {
            try receive(from: pair.client, into: &received.byClient)
        }
        guard received.byClient.count >= pong.count else { return nil }
        let now = clock.now
        guard try take(pong, from: &received.byClient) else { return nil }
        guard !due.isEmpty else {
            throw BenchError(.failed, "The proxy sent an answer twice.")
        }
        return due.removeFirst().duration(to: now)
    }

    /// Removes a whole frame from what was received; false when it is not there yet.
    private func take(_ frame: [UInt8], from bytes: inout [UInt8]) throws -> Bool {
        guard bytes.count >= frame.count else { return false }
        guard bytes.starts(with: frame) else {
            throw BenchError(.failed, "The proxy changed bytes: a frame is not what was sent.")
        }
        bytes.removeFirst(frame.count)
        return true
    }

    private func send(_ frame: [UInt8], to end: Endpoint) throws {
        guard case .bytes(frame.count) = try frame.withUnsafeBytes({ try end.send($0) }) else {
            throw BenchError(.failed, "A frame of the ping-pong did not fit into a socket buffer.")
        }
    }

    /// Takes what is there, with one call when there is no TLS.
    private func receive(from end: Endpoint, into bytes: inout [UInt8]) throws {
        repeat {
            switch try piece.withUnsafeMutableBytes({ try end.receive(into: $0) }) {
            case .bytes(let count): bytes += piece.prefix(count)
            case .nothing: return
            case .end: throw BenchError(.failed, "The proxy closed a connection of the ping-pong.")
            }
        } while end.hasMore
    }
}
