import Vocabulary

/// One connection of the ping-pong.
final class Player {
    let pair: WebSocketPair
    private let ping: [UInt8]
    private let pong: [UInt8]
    private var received: (byServer: [UInt8], byClient: [UInt8]) = ([], [])
    private let clock = ContinuousClock()
    private var sentAt = ContinuousClock().now
    private var piece = [UInt8](repeating: 0, count: 1024)

    init(_ pair: WebSocketPair) {
        self.pair = pair
        var generator = SeededGenerator(seed: UInt64(pair.client.descriptor))
        ping = Frame.masked(payloadBytes: PingPong.payloadBytes, from: &generator)
        pong = Frame.unmasked(payloadBytes: PingPong.payloadBytes, from: &generator)
    }

    /// The client sends its frame.
    func serve() throws {
        sentAt = clock.now
        try send(ping, to: pair.client)
    }

    /// The server reads, and answers a whole frame.
    func answer() throws {
        try receive(from: pair.server, into: &received.byServer)
        guard received.byServer.count >= ping.count else { return }
        try check(received.byServer == ping)
        received.byServer.removeAll(keepingCapacity: true)
        try send(pong, to: pair.server)
    }

    /// The client reads; the time of the round trip when a whole frame is there.
    func score() throws -> Duration? {
        try receive(from: pair.client, into: &received.byClient)
        guard received.byClient.count >= pong.count else { return nil }
        let roundTrip = sentAt.duration(to: clock.now)
        try check(received.byClient == pong)
        received.byClient.removeAll(keepingCapacity: true)
        return roundTrip
    }

    private func send(_ frame: [UInt8], to socket: Socket) throws {
        guard case .bytes(frame.count) = try frame.withUnsafeBytes({ try socket.send($0) }) else {
            throw BenchError(.failed, "A frame of the ping-pong did not fit into a socket buffer.")
        }
    }

    private func receive(from socket: Socket, into bytes: inout [UInt8]) throws {
        switch try piece.withUnsafeMutableBytes({ try socket.receive(into: $0) }) {
        case .bytes(let count): bytes += piece.prefix(count)
        case .nothing: break
        case .end: throw BenchError(.failed, "The proxy closed a connection of the ping-pong.")
        }
    }

    private func check(_ isSame: Bool) throws {
        guard isSame else {
            throw BenchError(.failed, "The proxy changed bytes: a frame is not what was sent.")
        }
    }
}
