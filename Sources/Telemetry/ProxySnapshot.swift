public import Vocabulary

/// One proxy as it stands, over all of its event loops.
public struct ProxySnapshot: Equatable, Sendable {
    /// The proxy's name.
    public var name: String
    /// Where clients connect; `nil` while nobody can.
    public var address: Endpoint?
    /// What it has done since it began.
    public var tally = ProxyTally()
    /// Connections that are open now.
    public var activeCount = 0
    /// Those of them that were upgraded.
    public var webSocketCount = 0
    /// The connections that were asked for, by number.
    public var connections: [ConnectionSnapshot] = []
    /// The files, the latest last.
    public var captures: [CaptureSnapshot] = []
    /// Why nothing can be recorded just now; `nil` while it can.
    public var captureProblem: String?
    /// Whether a capture that cannot be written holds or ends connections.
    public var isCaptureBinding = false
    /// Its event loops.
    public var loopCount = 1
    /// Those of them that have not answered: their figures are the last ones that are known.
    public var silentLoopCount = 0

    /// Describes a proxy that has done nothing yet.
    public init(name: String) {
        self.name = name
    }

    /// Adds what another event loop of the same proxy says.
    public static func += (left: inout ProxySnapshot, right: ProxySnapshot) {
        left.tally += right.tally
        left.activeCount += right.activeCount
        left.webSocketCount += right.webSocketCount
        left.connections += right.connections
        left.captures += right.captures
        left.captureProblem = left.captureProblem ?? right.captureProblem
        left.isCaptureBinding = left.isCaptureBinding || right.isCaptureBinding
        left.loopCount += right.loopCount
        left.silentLoopCount += right.silentLoopCount
    }
}
