public import Vocabulary

/// What the proxy did instead of forwarding at once.
///
/// No outcome means: forwarded as it came.
public struct OutcomeRecord: Equatable, Sendable {
    /// What was done.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// The proxy sent bytes of its own.
        case injected = 1
        /// Bytes that had arrived could not be written: the receiving leg was gone.
        case undeliverable = 2
    }

    /// The connection.
    public var connection: ConnectionID
    /// The flow in which it happened.
    public var direction: Direction
    /// What was done.
    public var kind: Kind
    /// The bytes that were sent, for `injected`.
    public var sent: [UInt8]
    /// How many bytes it concerns.
    public var byteCount: UInt64
    /// Why: `bad-gateway`, `shutdown`, or the name of the fault.
    public var cause: String

    /// Creates an outcome.
    public init(
        connection: ConnectionID,
        direction: Direction,
        kind: Kind,
        sent: [UInt8] = [],
        byteCount: UInt64,
        cause: String
    ) {
        self.connection = connection
        self.direction = direction
        self.kind = kind
        self.sent = sent
        self.byteCount = byteCount
        self.cause = cause
    }
}
