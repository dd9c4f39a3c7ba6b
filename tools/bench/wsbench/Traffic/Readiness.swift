import Glibc

/// Which sockets of a ping-pong have something to read.
final class Readiness {
    /// Client and server of the first player, then of the second, and so on.
    private var polls: [pollfd]

    init(of players: [Player]) {
        polls = players.flatMap { [$0.pair.client, $0.pair.server] }
            .map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    }

    /// Calls `body` for each socket that can be read now; does not wait for one.
    func look(_ body: (_ player: Int, _ isServer: Bool) throws -> Void) throws {
        let count = poll(&polls, nfds_t(polls.count), 0)
        try Interruption.check()
        guard count > 0 else { return }
        for index in polls.indices where polls[index].revents != 0 {
            try body(index / 2, index % 2 == 1)
        }
    }
}
