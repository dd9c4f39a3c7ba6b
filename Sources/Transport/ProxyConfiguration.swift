public import Faults
public import RelayCore
public import Telemetry
public import Vocabulary

/// What a running proxy needs to know.
public struct ProxyConfiguration: Sendable {
    /// The proxy's name, part of the capture's topics.
    public var name: String
    /// Where clients connect.
    public var listen: Endpoint
    /// Where they are passed on to; the name is resolved at each dial.
    public var upstream: Endpoint
    /// What a client gets when the upstream cannot be reached.
    public var onUpstreamFailure: RelayConfiguration.UpstreamFailurePolicy
    /// Whether the values of credentials are recorded.
    public var keepsSecrets: Bool
    /// Values in payloads that are overwritten in the record.
    public var redactedPointers: [JSONPointer]
    /// How long the first request and the answer to an upgrade may take; zero means for ever.
    public var handshakeTimeout: Duration
    /// How long a dial may take.
    public var connectTimeout: Duration
    /// How long connections may take to end when the proxy stops.
    public var grace: Duration
    /// What the legs have of TLS.
    public var security = LegSecurity()
    /// What is said of where clients are.
    public var addresses = AddressForwarding()
    /// What connections suffer from the first one on.
    public var faults = FaultPlan(seed: 0)
    /// Whether there may be faults at all: at the start or on command.
    public var hasFaults = false
    /// Where what happens is told to those who watch.
    public var hub = EventHub()
    /// Why they do, for the record.
    public var faultChanges: [FaultChange] = []

    /// Describes a proxy.
    public init(
        name: String,
        listen: Endpoint,
        upstream: Endpoint,
        onUpstreamFailure: RelayConfiguration.UpstreamFailurePolicy = .respond,
        keepsSecrets: Bool = false,
        redactedPointers: [JSONPointer] = [],
        handshakeTimeout: Duration = .seconds(10),
        connectTimeout: Duration = .seconds(5),
        grace: Duration = .seconds(5)
    ) {
        self.name = name
        self.listen = listen
        self.upstream = upstream
        self.onUpstreamFailure = onUpstreamFailure
        self.keepsSecrets = keepsSecrets
        self.redactedPointers = redactedPointers
        self.handshakeTimeout = handshakeTimeout
        self.connectTimeout = connectTimeout
        self.grace = grace
    }

    var relay: RelayConfiguration {
        RelayConfiguration(
            upstream: upstream.description,
            onUpstreamFailure: onUpstreamFailure,
            keepsSecrets: keepsSecrets,
            redactedPointers: redactedPointers,
            securesClients: security.downstream != nil,
            addsForwardedFor: addresses.addsForwardedFor,
            faults: hasFaults ? faults : nil
        )
    }
}
