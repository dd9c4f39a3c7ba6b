internal import Telemetry
internal import Vocabulary

/// The state of the bridge in one object, in the words of the bridges that wsproxy stands in for.
struct BridgeStatus {
    private let shots: [ProxySnapshot]
    private let health: Health
    private var tally = ProxyTally()

    /// Looks at some proxies.
    ///
    /// - Parameters:
    ///   - shots: How those stand that run.
    ///   - proxies: Those that are known, by name.
    init(_ shots: [ProxySnapshot], of proxies: [String: ControlledProxy]) {
        self.shots = shots
        health = Health(shots, of: proxies)
        for shot in shots { tally += shot.tally }
    }

    private var problem: String? { shots.lazy.compactMap(\.captureProblem).first }
    private var activeCount: Int { shots.reduce(0) { $0 + $1.webSocketCount } }

    /// Whether the last dial of each upstream went well; `nil` when nobody has dialled yet.
    private var isUpstreamReachable: Bool? {
        let dials = shots.compactMap(\.tally.lastDial)
        return dials.isEmpty ? nil : dials.allSatisfy { $0.failure == nil }
    }

    /// In one word: what cannot work is down, what works with a flaw degraded.
    private var word: String {
        if !health.isReady || (isUpstreamReachable == false && activeCount == 0) { return "down" }
        return problem != nil || isUpstreamReachable == false ? "degraded" : "healthy"
    }

    /// As it is shown.
    var json: String {
        JSONText.object([
            ("status", JSONText.quoted(word)),
            ("active_connections", String(activeCount)),
            ("total_connections", String(tally.upgradedCount)),
            (
                "messages",
                both(
                    tally.clientToServer.frames.messageCount,
                    tally.serverToClient.frames.messageCount
                )
            ),
            (
                "bytes",
                both(
                    tally.clientToServer.frames.payloadByteCount,
                    tally.serverToClient.frames.payloadByteCount
                )
            ),
            (
                "last_message_time",
                tally.lastData.map { JSONText.quoted($0.description) } ?? "null"
            ),
            ("reconnects", String(tally.reconnectCount)),
            ("errors", String(tally.failureCount + tally.captureErrorCount)),
            ("upstream_reachable", isUpstreamReachable.map(String.init) ?? "null"),
            ("capture", capture),
            ("proxies", JSONText.array(shots.map { JSONText.quoted($0.name) })),
        ])
    }

    private var capture: String {
        JSONText.object([
            ("state", JSONText.quoted(problem == nil ? "recording" : "failing")),
            ("reason", problem.map(JSONText.quoted) ?? "null"),
            ("bytes", String(tally.capturedByteCount)), ("gaps", String(tally.gapCount)),
            ("missing_frames", String(tally.missedFrameCount)),
        ])
    }

    private func both(_ clientToServer: UInt64, _ serverToClient: UInt64) -> String {
        JSONText.object([
            ("client_to_server", String(clientToServer)),
            ("server_to_client", String(serverToClient)),
        ])
    }
}
