import Glibc

/// Which sockets of a ping-pong have something to read.
struct Readiness {
    /// Client and server of the first player, then of the second, and so on.
    private var polls: [pollfd]

    init(of players: [Player]) {
        polls = players.flatMap { [$0.pair.client, $0.pair.server] }
            .map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    /// Waits until at least one socket can be read, and calls `body` for each that can; false when
    /// the time is over.
    mutating func wait(
        milliseconds: Int32,
        _ body: (_ player: Int, _ isServer: Bool) throws -> Void
    ) throws -> Bool {
        let count = poll(&polls, nfds_t(polls.count), milliseconds)
        try Interruption.check()
        guard count > 0 else { return false }
        for index in polls.indices where polls[index].revents != 0 {
            try body(index / 2, index % 2 == 1)
        }
        return true
    }
}
