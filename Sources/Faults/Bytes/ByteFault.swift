internal import Vocabulary

/// A fault of a byte stream with its attributes.
public enum ByteFault: Equatable, Sendable {
    /// Passes everything.
    case noop
    /// Delays.
    case latency(Latency)
    /// Slows down.
    case bandwidth(Bandwidth)
    /// Delays the end.
    case slowClose(SlowClose)
    /// Drops, and closes when nothing comes.
    case timeout(Timeout)
    /// Breaks with RST.
    case resetPeer(ResetPeer)
    /// Cuts into pieces.
    case slicer(Slicer)
    /// Closes behind so many bytes.
    case limitData(LimitData)
    /// Holds everything. The control port has a command of its own for it; it is no toxic.
    case partition

    /// The name in the control API.
    public var type: String {
        switch self {
        case .noop: "noop"
        case .latency: "latency"
        case .bandwidth: "bandwidth"
        case .slowClose: "slow_close"
        case .timeout: "timeout"
        case .resetPeer: "reset_peer"
        case .slicer: "slicer"
        case .limitData: "limit_data"
        case .partition: "partition"
        }
    }

    /// The fault at work on a connection from now on; `nil` for the one that does nothing.
    func stage(at now: Instant) -> (any FaultStage)? {
        switch self {
        case .noop: nil
        case .latency(let attributes): LatencyStage(attributes)
        case .bandwidth(let attributes): BandwidthStage(attributes)
        case .slowClose(let attributes): SlowCloseStage(attributes)
        case .timeout(let attributes): TimeoutStage(attributes, at: now)
        case .resetPeer(let attributes): ResetPeerStage(attributes)
        case .slicer(let attributes): SlicerStage(attributes)
        case .limitData(let attributes): LimitDataStage(attributes)
        case .partition: PartitionStage()
        }
    }
}
