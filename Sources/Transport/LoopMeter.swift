internal import RelayCore
internal import Telemetry
internal import Vocabulary

/// Counts what happens on one event loop.
///
/// Open connections count their own frames and bytes; the meter has those of the connections that have
/// ended. Confined to its loop.
final class LoopMeter {
    /// Everything but what open connections have counted.
    private(set) var tally = ProxyTally()
    /// WebSocket connections that have ended, and that nobody has come back for.
    private var lostCount: UInt64 = 0

    func accepted() {
        tally.acceptedCount &+= 1
    }

    func dialled(at now: Instant, failure: String?) {
        tally.lastDial = ProxyTally.Dial(time: now, failure: failure)
        if failure != nil { tally.failureCount &+= 1 }
    }

    func upgraded() {
        tally.upgradedCount &+= 1
        guard lostCount > 0 else { return }
        lostCount -= 1
        tally.reconnectCount &+= 1
    }

    func broken() {
        tally.failureCount &+= 1
    }

    func ended(_ relay: borrowing Relay) {
        for direction in Direction.allCases { tally.add(relay.tally(direction), direction) }
        if relay.isWebSocket { lostCount += 1 }
    }

    /// A fault has done something.
    func fault(_ name: String) {
        tally.countFault(name)
    }

    /// Bytes that came at `began` were handed to the kernel at `end`.
    func forwarded(from began: Instant, until end: Instant, isWebSocket: Bool) {
        tally.forwarding.add(end.nanoseconds &- began.nanoseconds)
        if isWebSocket { tally.lastData = began }
    }
}

extension ProxyTally {
    /// Adds what has passed in a direction.
    mutating func add(_ flow: FlowTally, _ direction: Direction) {
        switch direction {
        case .clientToServer: clientToServer += flow
        case .serverToClient: serverToClient += flow
        }
    }
}
