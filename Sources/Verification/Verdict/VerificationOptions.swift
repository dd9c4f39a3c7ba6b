/// How to verify.
public struct VerificationOptions: Equatable, Sendable {
    /// Whether a capture without any accepted connection passes.
    public var allowsEmpty: Bool
    /// Whether lines of a receiver's log or a producer's journal will be handed over.
    ///
    /// Messages without a number are then remembered by digest: the one thing that grows with the
    /// capture.
    public var expectsLists: Bool
    /// How much of a message is held.
    public var limits: MessageLimits

    /// Creates options.
    public init(
        allowsEmpty: Bool = false,
        expectsLists: Bool = false,
        limits: MessageLimits = MessageLimits()
    ) {
        self.allowsEmpty = allowsEmpty
        self.expectsLists = expectsLists
        self.limits = limits
    }
}
