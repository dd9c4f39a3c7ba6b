/// What wsproxy is asked to reach in the same run as the others.
enum Goals {
    /// Frames a second, relayed and recorded, over those of another proxy; nil when none is asked.
    static func relayRatioMin(to peer: PeerKind, overTLS: Bool) -> Double? {
        if overTLS { return peer == .haproxy ? 0.8 : nil }
        return switch peer {
        case .haproxy: 1
        case .dumpcap, .nginx: 2
        case .mitmproxy: 100
        case .direct, .wsproxy: nil
        }
    }
    /// Median and 99th percentile of round trips over HAProxy's.
    static let roundTripRatioMax = 1.1
    /// Memory of an idle connection over that with HAProxy.
    static let idleRatioMax = 1.0
    /// How much a busy gigabyte may add to the memory in use, in bytes: two thousandths of it.
    static let memoryGrowthMax: Int64 = 4 << 20
    /// Frames a second without a proxy over those of the fastest peer; below it, load and sink
    /// are part of what is measured.
    static let headroomMin = 1.5
    /// The share of a core that a busy HAProxy, or a load that never rests, gets when nothing else
    /// wants it.
    static let quietCoreMin = 0.85
}
