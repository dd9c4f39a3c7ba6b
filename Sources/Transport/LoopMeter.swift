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
    private let proxy: String
    private let hub: EventHub
    /// When the next frame may be told.
    private var nextFrame = Instant.epoch
    /// WebSocket connections that have ended, and that nobody has come back for.
    private var lostCount: UInt64 = 0

    init(proxy: String, hub: EventHub) {
        self.proxy = proxy
        self.hub = hub
    }

    func accepted(_ id: ConnectionID, client: String, at now: Instant) {
        tally.acceptedCount &+= 1
        tell(.opened(id, client: client), at: now)
    }

    /// Tells those who watch what happens.
    func tell(_ kind: @autoclosure () -> ProxyEvent.Kind, at now: Instant) {
        hub.publish(ProxyEvent(time: now, proxy: proxy, kind: kind()))
    }

    func dialled(at now: Instant, failure: String?) {
        tally.lastDial = ProxyTally.Dial(time: now, failure: failure)
        if failure != nil { tally.failureCount &+= 1 }
    }

    func upgraded(_ id: ConnectionID, target: @autoclosure () -> String, at now: Instant) {
        tally.upgradedCount &+= 1
        tell(.upgraded(id, target: target()), at: now)
        guard lostCount > 0 else { return }
        lostCount -= 1
        tally.reconnectCount &+= 1
    }

    func broken() {
        tally.failureCount &+= 1
    }

    func ended(_ relay: borrowing Relay, at now: Instant) {
        if hub.isWatched {
            let (cause, toServer, toClient) = (
                relay.endingText, relay.tally(.clientToServer), relay.tally(.serverToClient)
            )
            tell(.closed(relay.connection, cause: cause, toServer, toClient), at: now)
        }
        for direction in Direction.allCases { tally.add(relay.tally(direction), direction) }
        for (fault, count) in relay.faultCounts { tally.countFault(fault, count) }
        if relay.isWebSocket { lostCount += 1 }
    }

    /// Bytes have come: tells of the last frame, if anybody wants frames and it is time for one.
    @inline(__always)
    func received(_ relay: borrowing Relay, _ direction: Direction, at now: Instant) {
        let rate = hub.framesPerSecond
        if rate > 0, now >= nextFrame { tellFrame(relay, direction, rate: rate, at: now) }
    }

    private func tellFrame(
        _ relay: borrowing Relay,
        _ direction: Direction,
        rate: Int,
        at now: Instant
    ) {
        let frames = relay.tally(direction).frames
        guard frames.frameCount > 0 else { return }
        nextFrame = now.advanced(by: .seconds(1) / rate)
        tell(
            .frame(
                relay.connection,
                direction,
                number: frames.frameCount,
                opcode: frames.lastOpcode,
                byteCount: frames.lastPayloadLength
            ),
            at: now
        )
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
