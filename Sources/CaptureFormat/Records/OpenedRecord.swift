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

    /// Creates an opened record.
    public init(
        connection: ConnectionID,
        leg: Leg,
        local: String,
        remote: String,
        target: String = ""
    ) {
        self.connection = connection
        self.leg = leg
        self.local = local
        self.remote = remote
        self.target = target
    }
}
