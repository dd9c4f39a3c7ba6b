public import Vocabulary

/// The end of a connection: who ended it and how.
public struct ClosedRecord: Equatable, Sendable {
    /// Who ended it first.
    public enum Origin: UInt8, Sendable, CaseIterable {
        /// The client's leg.
        case client = 1
        /// The server's leg.
        case server = 2
        /// The proxy itself.
        case proxy = 3
    }

    /// The first sign of the end.
    public enum Cause: UInt8, Sendable, CaseIterable {
        /// A close frame was sent by the origin and answered (RFC 6455 §7.1.2).
        case closeHandshake = 1
        /// A close frame that was never answered.
        case closeUnanswered = 2
        /// The origin's FIN, without a close frame before it.
        case fin = 3
        /// The origin's RST.
        case reset = 4
        /// The upstream refused the connection.
        case upstreamRefused = 5
        /// The upstream's name could not be resolved.
        case upstreamUnresolved = 6
        /// The upstream did not answer the dial in time.
        case upstreamTimeout = 7
        /// The handshake was not finished in time.
        case handshakeTimeout = 8
        /// The proxy was told to stop.
        case shutdown = 9
        /// The capture could not be written and the policy is to stop.
        case captureFailure = 10
        /// The network or the kernel reported something else; see `detail`.
        case failure = 11
        /// A fault that was asked for; `detail` names it.
        case fault = 12
        /// TLS could not be agreed on with the origin, or was broken; `detail` says how.
        case tlsFailure = 13
        /// The origin did not begin with a PROXY header that counts, where it has to, or began with one where
        /// it must not; `detail` says which.
        case proxyHeader = 14
    }

    /// A close frame's content (RFC 6455 §5.5.1).
    public struct CloseFrame: Equatable, Sendable {
        /// The status code; 1005 when the frame carried none (RFC 6455 §7.1.5).
        public var code: UInt16
        /// The reason.
        public var reason: String

        /// Creates a close frame's content.
        public init(code: UInt16, reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    /// The connection.
    public var connection: ConnectionID
    /// Who ended it first.
    public var origin: Origin
    /// How.
    public var cause: Cause
    /// The client's close frame, if it sent one.
    public var clientClose: CloseFrame?
    /// The server's close frame, if it sent one.
    public var serverClose: CloseFrame?
    /// What the kernel or resolver said; empty when there is nothing to add.
    public var detail: String
    /// Where the bytes stood at the very end.
    public var downstream: LegProgress
    /// Where the bytes stood at the very end.
    public var upstream: LegProgress

    /// Creates a closed record.
    public init(
        connection: ConnectionID,
        origin: Origin,
        cause: Cause,
        clientClose: CloseFrame? = nil,
        serverClose: CloseFrame? = nil,
        detail: String = "",
        downstream: LegProgress = LegProgress(),
        upstream: LegProgress = LegProgress()
    ) {
        self.connection = connection
        self.origin = origin
        self.cause = cause
        self.clientClose = clientClose
        self.serverClose = serverClose
        self.detail = detail
        self.downstream = downstream
        self.upstream = upstream
    }

    /// The final progress of one leg.
    public subscript(leg: Leg) -> LegProgress {
        leg == .downstream ? downstream : upstream
    }
}
