public import Vocabulary

/// One leg of a connection came to be.
public struct OpenedRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// Which leg.
    public var leg: Leg
    /// The proxy's own address on this leg, `address:port`.
    public var local: String
    /// The peer's address, `address:port`; for the upstream leg, as resolved for this dial.
    public var remote: String
    /// What was dialled, `host:port`; empty for the downstream leg.
    public var target: String
    /// Where the client really comes from, `address:port`, as a PROXY header has announced it; empty
    /// without one.
    public var announced: String
    /// The PROXY header that stood before the leg's byte stream: read from the client, or sent to the
    /// server.
    public var preface: [UInt8]

    /// Where the peer is: as it was announced, or else as the socket has it.
    public var origin: String { announced.isEmpty ? remote : announced }

    /// Creates an opened record.
    public init(
        connection: ConnectionID,
        leg: Leg,
        local: String,
        remote: String,
        target: String = "",
        announced: String = "",
        preface: [UInt8] = []
    ) {
        self.connection = connection
        self.leg = leg
        self.local = local
        self.remote = remote
        self.target = target
        self.announced = announced
        self.preface = preface
    }
}
