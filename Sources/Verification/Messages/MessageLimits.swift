/// How much of one message is held while it is put together.
public struct MessageLimits: Equatable, Sendable {
    /// The largest data message that is held, inflated; default 64 MiB.
    public var messageBytesMax: Int
    /// The largest control payload that is held; RFC 6455 §5.5 allows 125 bytes, more is a finding.
    public var controlBytesMax: Int

    /// Creates limits.
    public init(messageBytesMax: Int = 64 << 20, controlBytesMax: Int = 125) {
        self.messageBytesMax = messageBytesMax
        self.controlBytesMax = controlBytesMax
    }
}
