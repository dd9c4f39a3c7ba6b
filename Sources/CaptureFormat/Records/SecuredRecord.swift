public import Vocabulary

/// TLS was agreed on for one leg: what is recorded of it is what stood inside.
public struct SecuredRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// Which leg.
    public var leg: Leg
    /// The protocol's version: `TLSv1.2` or `TLSv1.3`.
    public var version: String
    /// What was agreed on by ALPN (RFC 7301); empty when nothing was.
    public var applicationProtocol: String
    /// The name that the proxy has asked for (RFC 6066 §3), for the upstream leg; empty for none.
    public var serverName: String
    /// The peer's certificate, for people; empty when it sent none.
    public var peer: String
    /// Whether the peer's certificate was verified.
    public var isVerified: Bool

    /// Creates a record.
    public init(
        connection: ConnectionID,
        leg: Leg,
        version: String,
        applicationProtocol: String = "",
        serverName: String = "",
        peer: String = "",
        isVerified: Bool = false
    ) {
        self.connection = connection
        self.leg = leg
        self.version = version
        self.applicationProtocol = applicationProtocol
        self.serverName = serverName
        self.peer = peer
        self.isVerified = isVerified
    }
}
