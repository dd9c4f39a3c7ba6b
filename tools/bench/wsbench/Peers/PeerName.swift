/// One line-up's name for a peer: its kind, and what tells it from another one of that kind.
struct PeerName: Hashable, Encodable {
    var kind: PeerKind
    /// Options that it gets besides those that every one of its kind gets: `--store ring`.
    var options = ""

    static let direct = PeerName(kind: .direct)
    static let haproxy = PeerName(kind: .haproxy)
    static let dumpcap = PeerName(kind: .dumpcap)
    static let nginx = PeerName(kind: .nginx)
    static let mitmproxy = PeerName(kind: .mitmproxy)

    /// The name as people read it: `wsproxy --store ring`.
    var title: String { kind.title + suffix }

    /// The name in the file for programs.
    var identifier: String { kind.rawValue + suffix }

    private var suffix: String { options.isEmpty ? "" : " " + options }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(identifier)
    }
}
