/// Somebody changed what the proxy's connections are to suffer.
public struct FaultChangeRecord: Equatable, Sendable {
    /// What was done: `added`, `updated`, `removed`; `active` where a file begins with a fault at work; `enabled`
    /// and `disabled` for the whole proxy.
    public var action: String
    /// The fault's name; empty where the whole proxy is meant.
    public var fault: String
    /// Its type, such as `latency`.
    public var type: String
    /// `upstream` (client to server) or `downstream`, as it was asked for.
    public var stream: String
    /// The share of connections that it works on, from 0 to 1, as a decimal number.
    public var toxicity: String
    /// Its attributes, names as in the control API.
    public var attributes: [HeaderField]
    /// What all chance follows from.
    public var seed: UInt64
    /// Who asked: the caller's address and what it called itself.
    public var source: String

    /// Describes a change.
    public init(
        action: String,
        fault: String = "",
        type: String = "",
        stream: String = "",
        toxicity: String = "",
        attributes: [HeaderField] = [],
        seed: UInt64 = 0,
        source: String = ""
    ) {
        self.action = action
        self.fault = fault
        self.type = type
        self.stream = stream
        self.toxicity = toxicity
        self.attributes = attributes
        self.seed = seed
        self.source = source
    }
}
