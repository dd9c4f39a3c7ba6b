public import Vocabulary

/// One connection as it stands.
public struct ConnectionSnapshot: Equatable, Sendable {
    /// How far a connection has come.
    public enum State: String, Sendable {
        /// The upstream is being dialled, or the first answer is not there yet.
        case handshake
        /// Bytes pass.
        case open
        /// A close frame has passed, or the legs are being closed.
        case closing
    }

    /// The number; unique within the proxy's run.
    public var id: ConnectionID
    /// How far it has come.
    public var state: State
    /// Whether it was upgraded to WebSocket.
    public var isWebSocket = false
    /// When its client was accepted.
    public var opened: Instant
    /// The client's address, `address:port`.
    public var client = ""
    /// The server's address, `address:port`; empty before there is one.
    public var server = ""
    /// TLS on the client's leg: `TLSv1.3`; empty for a plain one.
    public var clientTLS = ""
    /// TLS on the server's leg.
    public var serverTLS = ""
    /// Path and query of the upgrade; empty before its answer.
    public var target = ""
    /// The host that the client asked for.
    public var host = ""
    /// The subprotocol that was agreed on; empty for none.
    public var subprotocol = ""
    /// The extensions that were agreed on, as in the header; empty for none.
    public var extensions = ""
    /// What the client has sent.
    public var clientToServer = FlowTally()
    /// What the server has sent.
    public var serverToClient = FlowTally()
    /// The names of the faults that work on it, in either direction.
    public var faults: [String] = []

    /// Describes a connection of which only the beginning is known.
    public init(id: ConnectionID, state: State, opened: Instant) {
        self.id = id
        self.state = state
        self.opened = opened
    }
}
