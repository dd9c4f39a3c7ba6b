public import Faults
public import Vocabulary

/// What the operator has said about faults and callers, once and for all.
public struct ControlRules: Equatable, Sendable {
    /// Bytes that a direction of a connection holds before its sender is not read any more.
    public var heldByteCountMax: Int
    /// Whether faults on messages may touch compressed ones.
    public var touchesCompressed: Bool
    /// Where proxies may pass clients on to that are made or changed by calls; `nil` for anywhere.
    public var upstreams: [UpstreamPattern]?

    /// Describes the rules.
    public init(
        heldByteCountMax: Int = FaultPlan.heldByteCountDefault,
        touchesCompressed: Bool = true,
        upstreams: [UpstreamPattern]? = nil
    ) {
        self.heldByteCountMax = heldByteCountMax
        self.touchesCompressed = touchesCompressed
        self.upstreams = upstreams
    }
}

/// An upstream that calls may ask for: `host:port`, or `host:*` for any port of a host.
public struct UpstreamPattern: Equatable, Sendable {
    private let host: String
    private let port: Int?

    /// Reads a pattern; `nil` when it is none.
    public init?(_ text: String) {
        if text.hasSuffix(":*") {
            guard let endpoint = Endpoint(text.dropLast() + "1") else { return nil }
            host = endpoint.host.lowercased()
            port = nil
        } else {
            guard let endpoint = Endpoint(text), endpoint.port != 0 else { return nil }
            host = endpoint.host.lowercased()
            port = endpoint.port
        }
        guard !host.isEmpty, !text.hasPrefix(":") else { return nil }
    }

    /// Whether an upstream is one of those that are meant; names are compared as text, not resolved.
    public func matches(_ endpoint: Endpoint) -> Bool {
        endpoint.host.lowercased() == host && (port == nil || port == endpoint.port)
    }
}
