public import Vocabulary

/// What stands at the beginning of a connection that was relayed: whose it is.
///
/// The PROXY protocol is the specification that HAProxy publishes as `proxy-protocol.txt`; sections in this
/// room are its sections. Version 1 is one line of text (§2.1), version 2 is binary (§2.2) and can carry fields.
public struct ProxyHeader: Equatable, Sendable {
    /// How a header is written.
    public enum Version: Int, Sendable, CaseIterable {
        /// A line of text.
        case one = 1
        /// Binary, with fields.
        case two = 2
    }

    /// Whose connection it is.
    public enum Origin: Equatable, Sendable {
        /// Somebody else's; these are the ends that the sender saw.
        case relayed(source: Endpoint, destination: Endpoint)
        /// The sender's own, a health check for one: the real ends count (`LOCAL`).
        case local
        /// Somebody else's, but no TCP over IPv4 or IPv6, or the sender does not know: the real ends
        /// count (`UNKNOWN`, `UNSPEC`, datagrams, UNIX sockets).
        case unknown
    }

    /// How it was written.
    public var version: Version
    /// Whose connection it is.
    public var origin: Origin
    /// What else version 2 said, in its order and raw.
    public var fields: [ProxyField]
    /// How many bytes it has; what follows it belongs to the connection.
    public var byteCount: Int

    /// Creates a header.
    public init(version: Version, origin: Origin, fields: [ProxyField] = [], byteCount: Int) {
        self.version = version
        self.origin = origin
        self.fields = fields
        self.byteCount = byteCount
    }

    /// The client, as the sender saw it; `nil` where the connection's own end counts.
    public var source: Endpoint? {
        if case .relayed(let source, _) = origin { source } else { nil }
    }

    /// Where the client wanted to go; `nil` where the connection's own end counts.
    public var destination: Endpoint? {
        if case .relayed(_, let destination) = origin { destination } else { nil }
    }
}

extension ProxyHeader: CustomStringConvertible {
    /// `PROXY v2 192.0.2.1:4711 -> 192.0.2.9:443 [AUTHORITY, CRC32C]`.
    public var description: String {
        let names = fields.map(\.kind.description).joined(separator: ", ")
        return "PROXY v\(version.rawValue) \(origin)" + (fields.isEmpty ? "" : " [\(names)]")
    }
}

extension ProxyHeader.Origin: CustomStringConvertible {
    /// `192.0.2.1:4711 -> 192.0.2.9:443`, `local` or `unknown`.
    public var description: String {
        switch self {
        case .relayed(let source, let destination): "\(source) -> \(destination)"
        case .local: "local"
        case .unknown: "unknown"
        }
    }
}
