public import Faults
internal import Vocabulary

/// A proxy as the control port knows it.
public struct ControlledProxy: Equatable, Sendable {
    /// Its name; it never changes.
    public let name: String
    /// Where it listens: resolved once it has started, and before that as it was written.
    public var listen: String
    /// Where clients are passed on to.
    public var upstream: String
    /// Whether it speaks TLS with its server, as the configuration wants; no call changes that.
    public let securesUpstream: Bool
    /// Whether clients are accepted.
    public var isEnabled: Bool
    /// All of its toxics, in order of creation.
    public internal(set) var toxics: [Toxic] = []

    /// What of its traffic stands still.
    public internal(set) var partition = ProxyPartition()

    /// Describes a proxy.
    public init(
        name: String,
        listen: String,
        upstream: String,
        securesUpstream: Bool = false,
        isEnabled: Bool
    ) {
        self.name = name
        self.securesUpstream = securesUpstream
        self.listen = listen
        self.upstream = upstream
        self.isEnabled = isEnabled
    }

    /// All that its connections suffer, in order.
    var faults: [Toxic] { toxics + partition.toxics }

    /// Its toxics as they are listed: those of what the client sends first.
    var listedToxics: [Toxic] {
        toxics.filter { $0.direction == .clientToServer }
            + toxics.filter { $0.direction == .serverToClient }
    }
}
