/// What wsproxy is asked to reach; ratios are to HAProxy in the same run.
enum Goals {
    /// Frames a second, relayed and recorded, over frames a second that HAProxy only relays.
    static let relayRatioMin = 0.35
    /// Median round trip over HAProxy's, with one connection.
    static let roundTripRatioMax = 1.2
    /// How much a busy gigabyte may add to the memory in use, in bytes: two thousandths of it.
    static let memoryGrowthMax: Int64 = 4 << 20
    /// Frames a second without a proxy over those of the fastest peer; below it, load and sink
    /// are part of what is measured.
    static let headroomMin = 1.5
    /// The share of a core that HAProxy gets when nothing else wants it.
    static let quietCoreMin = 0.85
}

/// A goal and whether it was reached.
struct Outcome: Codable {
    /// What is asked for: `≥ 0.35 × HAProxy`.
    var goal: String
    var isReached: Bool
}
