public import Vocabulary

/// How far the bytes of one leg have come.
///
/// `acknowledged ≤ what the peer's kernel has ≤ written - unsent`: an acknowledgement that only a reset
/// carried is not counted by the kernel, and bytes that never left the kernel cannot have arrived.
public struct LegProgress: Equatable, Sendable {
    /// Bytes read from the peer.
    public var received: UInt64
    /// Bytes handed to the kernel for the peer.
    public var written: UInt64
    /// Bytes that the peer's kernel has acknowledged (`tcpi_bytes_acked`, SYN and FIN subtracted).
    public var acknowledged: UInt64
    /// Bytes in our kernel that were never put on the wire (`tcpi_notsent_bytes`).
    public var unsent: UInt64
    /// Whether the kernel could be asked: without it only `received` counts.
    public var isKnown: Bool

    /// Creates a leg's progress.
    public init(
        received: UInt64 = 0,
        written: UInt64 = 0,
        acknowledged: UInt64 = 0,
        unsent: UInt64 = 0,
        isKnown: Bool = false
    ) {
        self.received = received
        self.written = written
        self.acknowledged = acknowledged
        self.unsent = unsent
        self.isKnown = isKnown
    }

    /// Whether the kernel still waits for acknowledgements.
    public var isBehind: Bool { isKnown && acknowledged < written }
}

/// How far the bytes of both legs have come; recorded each second while something changed.
public struct ProgressRecord: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// The client's leg.
    public var downstream: LegProgress
    /// The server's leg.
    public var upstream: LegProgress

    /// Creates a progress record.
    public init(connection: ConnectionID, downstream: LegProgress, upstream: LegProgress) {
        self.connection = connection
        self.downstream = downstream
        self.upstream = upstream
    }

    /// The progress of one leg.
    public subscript(leg: Leg) -> LegProgress {
        get { leg == .downstream ? downstream : upstream }
        set {
            if leg == .downstream { downstream = newValue } else { upstream = newValue }
        }
    }
}
