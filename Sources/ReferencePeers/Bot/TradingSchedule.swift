import Vocabulary

/// When the trading loop ticks, how much a tick publishes, and when trading is over.
package struct TradingSchedule: Hashable, Sendable {
    /// The shortest time between two ticks at a rate; more messages a second make larger ticks.
    package static let tickMin = Duration.milliseconds(1)

    /// How fast to publish.
    package var pace: TradingPace
    /// Trading is over after this time.
    package var duration: Duration?
    /// Trading is over after this many messages.
    package var count: UInt64?

    /// Creates a schedule; without `duration` and `count` trading never ends by itself.
    package init(pace: TradingPace, duration: Duration?, count: UInt64?) {
        self.pace = pace
        self.duration = duration
        self.count = count
    }

    /// When a tick is due, from the start of trading; `tick` counts from 0.
    ///
    /// The last tick falls on the end of `duration`, so that a rate gives exactly rate × duration
    /// messages.
    package func time(ofTick tick: UInt64) -> Duration {
        let time = interval * tick
        return min(time, duration ?? time)
    }

    /// Whether a tick at this time has another message to publish.
    ///
    /// - Parameters:
    ///   - elapsed: Time since the start of trading.
    ///   - published: Messages published since then.
    ///   - inThisTick: Messages that this tick published.
    ///   - isBetweenRounds: Whether the market begins a new round.
    /// - Returns: Whether to publish one more.
    package func wantsMore(
        elapsed: Duration,
        published: UInt64,
        inThisTick: UInt64,
        isBetweenRounds: Bool
    ) -> Bool {
        if let count, published >= count { return false }
        switch pace {
        case .rounds:
            return inThisTick == 0 || !isBetweenRounds
        case .rate(let rate):
            let due = min(elapsed, duration ?? elapsed).inSeconds * rate
            // The rounding allowance keeps 0.3 s at 10 a second from giving 2.999….
            return Double(published) + 1 <= due + 1e-6
        }
    }

    /// Whether trading is over.
    package func isOver(elapsed: Duration, published: UInt64) -> Bool {
        if let count, published >= count { return true }
        if let duration, elapsed >= duration { return true }
        return false
    }

    private var interval: Duration {
        switch pace {
        case .rounds(let interval): interval
        case .rate(let rate): max(.seconds(1 / rate), Self.tickMin)
        }
    }
}

/// How fast the bot publishes.
public enum TradingPace: Hashable, Sendable {
    /// One round of the market (four to six messages) at every interval.
    case rounds(every: Duration)
    /// This many messages a second over all streams; more than 0.
    case rate(Double)
}
