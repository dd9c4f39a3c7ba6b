/// The proxies that can be measured, in the order of the tables.
enum PeerKind: String, Encodable, CaseIterable {
    /// No proxy: load and sink are connected to each other.
    case direct
    case haproxy
    /// HAProxy, and dumpcap that records what passes.
    case dumpcap = "haproxy+dumpcap"
    case nginx
    case mitmproxy
    case wsproxy

    /// The name as its makers write it.
    var title: String {
        switch self {
        case .direct: "direct"
        case .haproxy: "HAProxy"
        case .dumpcap: "HAProxy + dumpcap"
        case .nginx: "nginx"
        case .mitmproxy: "mitmproxy"
        case .wsproxy: "wsproxy"
        }
    }

    /// Whether the run goes on without it when it is not installed or fails: the others are what
    /// the run is about.
    var isOptional: Bool {
        switch self {
        case .direct, .haproxy, .wsproxy: false
        case .dumpcap, .nginx, .mitmproxy: true
        }
    }
}
