/// Everything that can be said about a proxy, by flag, by environment variable or in a YAML file.
public enum SettingName: String, CaseIterable, Sendable {
    case listen
    case upstream
    case capture
    case name
    case onUpstreamFailure = "on-upstream-failure"
    case handshakeTimeout = "handshake-timeout"
    case connectTimeout = "connect-timeout"
    case grace
    case keepSecrets = "keep-secrets"
    case redactJSON = "redact-json"
    case tlsCert = "tls-cert"
    case tlsKey = "tls-key"
    case upstreamCA = "upstream-ca"
    case upstreamServerName = "upstream-server-name"
    case upstreamCert = "upstream-cert"
    case upstreamKey = "upstream-key"
    case upstreamInsecure = "upstream-insecure"
    case keylog
    case acceptProxyProtocol = "accept-proxy-protocol"
    case sendProxyProtocol = "send-proxy-protocol"
    case forwardedFor = "forwarded-for"
    case store
    case ringSize = "ring-size"
    case sync
    case minFree = "min-free"
    case rotateSize = "rotate-size"
    case rotateTime = "rotate-time"
    case keep
    case onCaptureFailure = "on-capture-failure"
    case loops
    case statusInterval = "status-interval"

    /// The flag.
    public var flag: String { "--\(rawValue)" }

    /// The environment variable.
    public var variable: String {
        "WSCAP_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// What counts when nothing is said; `nil` when there is no such thing.
    var fallback: String? {
        switch self {
        case .listen: "0.0.0.0:8000"
        case .upstream, .redactJSON, .minFree, .rotateSize, .rotateTime, .keep: nil
        case .tlsCert, .tlsKey, .upstreamCA, .upstreamServerName, .upstreamCert, .upstreamKey,
            .keylog, .acceptProxyProtocol, .sendProxyProtocol:
            nil
        case .capture: "captures/"
        case .name: "bridge"
        case .onUpstreamFailure: "respond"
        case .handshakeTimeout: "10s"
        case .connectTimeout, .grace: "5s"
        case .keepSecrets, .upstreamInsecure, .forwardedFor: "false"
        case .store: "auto"
        case .ringSize: "64M"
        case .sync: "none"
        case .onCaptureFailure: "pass"
        case .loops: "1"
        case .statusInterval: "60s"
        }
    }
}
