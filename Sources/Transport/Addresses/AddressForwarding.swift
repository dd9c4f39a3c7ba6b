public import ProxyProtocol

/// What a proxy is told of where its clients really are, and what it tells servers of that.
///
/// Nothing of it is there unless it was asked for: a transparent proxy adds nothing.
public struct AddressForwarding: Equatable, Sendable {
    /// Who has to begin with a PROXY header, and is believed; `nil` for nobody.
    public var believed: TrustedSources?
    /// How servers are told in a PROXY header; `nil` for not at all.
    public var header: ProxyHeader.Version?
    /// Whether servers are told in each request (`X-Forwarded-For`).
    public var addsForwardedFor: Bool

    /// Describes it.
    public init(
        believed: TrustedSources? = nil,
        header: ProxyHeader.Version? = nil,
        addsForwardedFor: Bool = false
    ) {
        self.believed = believed
        self.header = header
        self.addsForwardedFor = addsForwardedFor
    }
}
