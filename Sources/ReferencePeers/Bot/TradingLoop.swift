import NIOCore
import Vocabulary

/// The bot's reason to be: ticks on schedule, whatever the network does.
///
/// Lives on one event loop. A tick takes events from the market, journals each and hands it on;
/// nothing in it waits for a connection.
final class TradingLoop {
    private enum Alarm {
        case tick
    }

    /// Turns taken so far.
    private(set) var ticks: UInt64 = 0
    /// Messages published so far.
    var published: UInt64 { sequencer.published }

    private let schedule: TradingSchedule
    private let publishes: Bool
    private let journal: LineFile?
    private var market: MarketModel
    private var sequencer = Sequencer()
    private var alarms: Alarms<Alarm>
    private let start = NIODeadline.now()
    private var isOver = false

    /// Takes each published message.
    private let publish: (OutboundMessage) -> Void
    /// Called at the end of each tick.
    private let tickEnded: () -> Void
    /// Called once, when trading is over.
    private let ended: ((any Error)?) -> Void

    init(
        settings: BotSettings,
        journal: LineFile?,
        eventLoop: any EventLoop,
        publish: @escaping (OutboundMessage) -> Void,
        tickEnded: @escaping () -> Void,
        ended: @escaping ((any Error)?) -> Void
    ) {
        schedule = TradingSchedule(
            pace: settings.pace,
            duration: settings.duration,
            count: settings.count
        )
        publishes = settings.publishes
        self.journal = journal
        market = MarketModel(seed: settings.seed)
        alarms = Alarms(on: eventLoop)
        self.publish = publish
        self.tickEnded = tickEnded
        self.ended = ended
    }

    /// Takes one turn and plans the next.
    func tick() {
        guard !isOver else { return }
        ticks += 1
        let elapsed = Duration(NIODeadline.now() - start)
        do {
            try trade(elapsed: elapsed)
        } catch {
            return stop(because: error)
        }
        tickEnded()
        if schedule.isOver(elapsed: elapsed, published: published) { return stop() }
        let next = schedule.time(ofTick: ticks)
        let pause = next - Duration(NIODeadline.now() - start)
        alarms.start(.tick, after: max(pause, .zero)) { [self] in tick() }
    }

    /// Ends trading; what was published stays published.
    func stop(because error: (any Error)? = nil) {
        guard !isOver else { return }
        isOver = true
        alarms.stopAll()
        ended(error)
    }

    private func trade(elapsed: Duration) throws {
        let before = published
        while schedule.wantsMore(
            elapsed: elapsed,
            published: published,
            inThisTick: published - before,
            isBetweenRounds: market.isBetweenRounds
        ) {
            let event = market.next()
            guard publishes else { return }
            let message = sequencer.message(for: event, at: .now)
            try journal?.append(message.text.utf8)
            publish(message)
        }
    }
}
