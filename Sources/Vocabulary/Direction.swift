/// One TCP connection of a relay.
public enum Leg: UInt8, Hashable, Sendable, CaseIterable {
    /// Client to proxy.
    case downstream = 1
    /// Proxy to server.
    case upstream = 2

    /// The leg on the other side of the proxy.
    public var other: Leg {
        self == .downstream ? .upstream : .downstream
    }

    /// The direction of the bytes that arrive on this leg.
    public var inbound: Direction {
        self == .downstream ? .clientToServer : .serverToClient
    }

    /// The direction of the bytes that leave on this leg.
    public var outbound: Direction {
        inbound.reversed
    }
}

/// The flow of bytes between client and server.
public enum Direction: UInt8, Hashable, Sendable, CaseIterable {
    /// What the client sends.
    case clientToServer = 1
    /// What the server sends.
    case serverToClient = 2

    /// The opposite flow.
    public var reversed: Direction {
        self == .clientToServer ? .serverToClient : .clientToServer
    }

    /// The leg on which these bytes arrive at the proxy.
    public var sourceLeg: Leg {
        self == .clientToServer ? .downstream : .upstream
    }

    /// The leg on which these bytes leave the proxy.
    public var targetLeg: Leg {
        sourceLeg.other
    }
}

extension Leg: CustomStringConvertible {
    /// `downstream` or `upstream`.
    public var description: String {
        self == .downstream ? "downstream" : "upstream"
    }
}

extension Direction: CustomStringConvertible {
    /// `client-to-server` or `server-to-client`.
    public var description: String {
        self == .clientToServer ? "client-to-server" : "server-to-client"
    }

    /// An arrow for tables: `→` from client to server, `←` back.
    public var arrow: String {
        self == .clientToServer ? "→" : "←"
    }
}
