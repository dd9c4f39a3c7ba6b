internal import Synchronization
internal import Vocabulary

/// How many messages a fault may still touch; shared by all connections of a proxy.
///
/// A new one is made when attributes change: `count: 5` said again means five more.
public final class Budget: Sendable {
    private struct State {
        var matchedCount: UInt64 = 0
        var touchedCount: UInt64 = 0
        var start: Instant?
    }

    private let state = Mutex(State())

    init() {}

    /// How many messages were touched.
    public var touchedCount: UInt64 { state.withLock { $0.touchedCount } }

    /// Time counts from now, unless it has been counting.
    func begin(at now: Instant) {
        state.withLock { if $0.start == nil { $0.start = now } }
    }

    /// Whether nothing more can be touched.
    func isSpent(_ limits: BudgetLimits, at now: Instant) -> Bool {
        state.withLock { Self.isSpent($0, limits, at: now) }
    }

    /// Takes one message from the budget, if the limits and the dice allow it.
    ///
    /// - Parameters:
    ///   - limits: How much there is.
    ///   - now: The time.
    ///   - isDrawn: What the dice say of this message.
    /// - Returns: Whether the message is to be touched.
    func take(_ limits: BudgetLimits, at now: Instant, isDrawn: Bool) -> Bool {
        state.withLock { state in
            guard !Self.isSpent(state, limits, at: now) else { return false }
            state.matchedCount += 1
            guard state.matchedCount > limits.skip else { return false }
            let position = state.matchedCount - limits.skip
            guard limits.everyN < 2 || position % limits.everyN == 0, isDrawn else { return false }
            state.touchedCount += 1
            return true
        }
    }

    private static func isSpent(_ state: State, _ limits: BudgetLimits, at now: Instant) -> Bool {
        if limits.count > 0, state.touchedCount >= limits.count { return true }
        guard let duration = limits.duration, let start = state.start else { return false }
        return now.since(start) >= duration
    }
}

/// The limits of a budget, as attributes.
struct BudgetLimits: Equatable, Sendable {
    /// Matching messages that are let by first.
    var skip: UInt64 = 0
    /// Messages that may be touched; 0 is no limit.
    var count: UInt64 = 0
    /// Of those behind the skipped ones, every n-th is touched; 0 and 1 are all.
    var everyN: UInt64 = 0
    /// Milliseconds since the fault was added; 0 is no limit.
    var forMilliseconds: Int64 = 0

    var duration: Duration? { forMilliseconds > 0 ? .milliseconds(forMilliseconds) : nil }

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        let numbers = 0...Int64.max
        skip = UInt64(try values.integer("skip", 0, in: numbers))
        count = UInt64(try values.integer("count", 0, in: numbers))
        everyN = UInt64(try values.integer("every_n", 0, in: numbers))
        forMilliseconds = try values.integer("for_ms", 0, in: 0...31_536_000_000)
    }

    var attributes: [Attribute] {
        [
            Attribute("skip", Int64(clamping: skip)), Attribute("count", Int64(clamping: count)),
            Attribute("every_n", Int64(clamping: everyN)), Attribute("for_ms", forMilliseconds),
        ]
    }
}
