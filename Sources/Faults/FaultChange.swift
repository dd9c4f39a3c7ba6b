/// What somebody changed, for the record.
public struct FaultChange: Equatable, Sendable {
    /// What was done.
    public enum Action: String, Sendable {
        /// A toxic was added.
        case added
        /// Its attributes or its toxicity were changed.
        case updated
        /// A file begins, and it was there before.
        case active
        /// It was removed.
        case removed
        /// The proxy accepts clients again.
        case enabled
        /// The proxy accepts nobody, and its connections were closed.
        case disabled
    }

    /// What was done.
    public var action: Action
    /// The toxic, as it is from now on or was; `nil` where the whole proxy is meant.
    public var toxic: Toxic?
    /// The seed of the plan.
    public var seed: UInt64
    /// Who asked.
    public var source: String

    /// Describes a change.
    public init(_ action: Action, toxic: Toxic? = nil, seed: UInt64, source: String) {
        self.action = action
        self.toxic = toxic
        self.seed = seed
        self.source = source
    }
}
