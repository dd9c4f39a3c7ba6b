internal import CaptureFormat
internal import Faults
internal import Recording
public import Telemetry
public import Vocabulary

// What a connection looks like from outside, for whoever asks; the relay itself needs none of it.
extension Relay {
    /// Whether the upgrade was accepted.
    public var isWebSocket: Bool { recorder.framesStart != nil }

    /// The target of the upgrade that was accepted; empty before.
    public var target: String { recorder.target }

    /// What has passed in a direction.
    public func tally(_ direction: Direction) -> FlowTally {
        direction == .clientToServer
            ? FlowTally(
                frames: recorder.clientToServer.tally,
                receivedByteCount: recorder.clientToServer.receivedByteCount,
                forwardedByteCount: clientToServer.forwardedByteCount
            )
            : FlowTally(
                frames: recorder.serverToClient.tally,
                receivedByteCount: recorder.serverToClient.receivedByteCount,
                forwardedByteCount: serverToClient.forwardedByteCount
            )
    }

    /// The connection as it stands.
    ///
    /// - Parameter opened: When the client was accepted.
    /// - Returns: All that can be told of it.
    public func snapshot(opened: Instant) -> ConnectionSnapshot {
        var shot = ConnectionSnapshot(id: connection, state: state, opened: opened)
        shot.isWebSocket = isWebSocket
        shot.client = openedDownstream?.origin ?? ""
        shot.server = openedUpstream?.remote ?? ""
        shot.clientTLS = securities.first { $0.leg == .downstream }?.version ?? ""
        shot.serverTLS = securities.first { $0.leg == .upstream }?.version ?? ""
        if let handshake = recorder.answeredHandshake {
            shot.target = handshake.target
            shot.host = handshake.host
            shot.subprotocol = handshake.subprotocol
            shot.extensions = handshake.extensions
        }
        shot.clientToServer = tally(.clientToServer)
        shot.serverToClient = tally(.serverToClient)
        shot.faults = Direction.allCases.flatMap { direction in
            faultPlan?.names(direction, on: connection, path: recorder.target) ?? []
        }
        return shot
    }

    /// Why the connection ends, in words of the capture: `client fin`, `proxy fault latency`.
    public var endingText: String {
        let closed = recorder.closed(
            downstream: lastProgress.downstream,
            upstream: lastProgress.upstream
        )
        let detail = closed.cause == .fault ? " \(closed.detail)" : ""
        return "\(closed.origin) \(closed.cause)\(detail)"
    }

    private var state: ConnectionSnapshot.State {
        switch phase {
        case .dialling, .refusing: .handshake
        case .ending, .ended: .closing
        case .relaying where recorder.clientToServer.close != nil: .closing
        case .relaying where recorder.serverToClient.close != nil: .closing
        case .relaying: isInHandshake ? .handshake : .open
        }
    }
}
