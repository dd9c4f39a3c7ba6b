/// Whether and when to dial again.
package struct RetryPolicy: Hashable, Sendable {
    /// The answer to a failed dial.
    package enum Decision: Hashable, Sendable {
        /// Dial again after a pause.
        case retry(after: Duration)
        /// Never again.
        case giveUp
    }

    /// Dials that may fail in a row before the bot gives up; 0 for any number.
    package let failuresMax: UInt64
    /// The pause before each new dial, also after a connection that was open.
    package let delay: Duration

    /// Dials that failed since the last connection.
    package private(set) var failures: UInt64 = 0

    /// Creates a policy.
    package init(failuresMax: UInt64, delay: Duration) {
        self.failuresMax = failuresMax
        self.delay = delay
    }

    /// A dial failed.
    package mutating func failed() -> Decision {
        failures += 1
        guard failuresMax > 0, failures >= failuresMax else { return .retry(after: delay) }
        return .giveUp
    }

    /// A connection is open: earlier failures are forgiven.
    package mutating func succeeded() {
        failures = 0
    }
}
