public import Faults
public import Vocabulary

/// What a relay needs to know besides its events.
public struct RelayConfiguration: Equatable, Sendable {
    /// What a client gets when the upstream cannot be reached.
    public enum UpstreamFailurePolicy: String, Sendable, CaseIterable {
        /// An HTTP answer with the reason, 502 or 504.
        case respond
        /// A TCP reset, as if nothing listened.
        case reset
    }

    /// What is dialled, `host:port`, for records and answers.
    public var upstream: String
    /// What a client gets when the upstream cannot be reached.
    public var onUpstreamFailure: UpstreamFailurePolicy
    /// Whether the values of credentials are recorded.
    public var keepsSecrets: Bool
    /// Values in payloads that are overwritten in the record; none costs nothing.
    public var redactedPointers: [JSONPointer]
    /// Whether clients have to speak TLS before anything else.
    public var securesClients: Bool
    /// Whether servers are told in each request where the client is.
    public var addsForwardedFor: Bool
    /// What connections suffer from the first byte on, and what may become of them later; `nil` when
    /// there will be no faults.
    public var faults: FaultPlan?

    /// Creates a configuration.
    public init(
        upstream: String,
        onUpstreamFailure: UpstreamFailurePolicy = .respond,
        keepsSecrets: Bool = false,
        redactedPointers: [JSONPointer] = [],
        securesClients: Bool = false,
        addsForwardedFor: Bool = false,
        faults: FaultPlan? = nil
    ) {
        self.upstream = upstream
        self.onUpstreamFailure = onUpstreamFailure
        self.keepsSecrets = keepsSecrets
        self.redactedPointers = redactedPointers
        self.securesClients = securesClients
        self.addsForwardedFor = addsForwardedFor
        self.faults = faults
    }
}
