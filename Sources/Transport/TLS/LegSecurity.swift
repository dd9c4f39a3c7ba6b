/// TLS towards clients: the files are read when the proxy starts, and again when it is told to.
public struct ListenerSecurity: Equatable, Sendable {
    /// PEM: the proxy's certificate, then those that lead to the authority.
    public var certificate: String
    /// PEM: its private key.
    public var key: String

    /// Names the files.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// TLS towards the server.
public struct UpstreamSecurity: Equatable, Sendable {
    /// PEM: the authorities that are trusted; `nil` for the system's.
    public var authorities: String?
    /// What is asked for (RFC 6066 §3) and looked for in the certificate; `nil` for the upstream's host.
    public var serverName: String?
    /// PEM: what the proxy shows when the server asks who it is, and its key; `nil` for nothing.
    public var identity: ListenerSecurity?
    /// Whether the server has to prove who it is.
    public var isVerified: Bool

    /// Describes it.
    public init(
        authorities: String? = nil,
        serverName: String? = nil,
        identity: ListenerSecurity? = nil,
        isVerified: Bool = true
    ) {
        self.authorities = authorities
        self.serverName = serverName
        self.identity = identity
        self.isVerified = isVerified
    }
}

/// What a proxy's legs have of TLS; `nil` for a plain one.
public struct LegSecurity: Equatable, Sendable {
    /// Towards clients.
    public var downstream: ListenerSecurity?
    /// Towards the server.
    public var upstream: UpstreamSecurity?
    /// Where the secrets of sessions are written for Wireshark; `nil` for nowhere.
    public var keyLog: String?

    /// Describes it.
    public init(
        downstream: ListenerSecurity? = nil,
        upstream: UpstreamSecurity? = nil,
        keyLog: String? = nil
    ) {
        self.downstream = downstream
        self.upstream = upstream
        self.keyLog = keyLog
    }
}
