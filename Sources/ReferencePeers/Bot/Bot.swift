public import Logging
import NIOCore
import NIOPosix

/// The reference bot: publishes a made-up market to a dashboard over WebSocket.
///
/// It stands in for a real trading bot: its trading loop never waits for the network, its queue is
/// bounded, and what it does about messages whose fate it cannot know is a setting
/// (``DeliveryMode``).
public struct Bot: Sendable {
    private let settings: BotSettings
    private let logger: Logger

    /// Creates a bot.
    public init(settings: BotSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Trades until the settings or `stop` say that it is enough, delivers what is left, closes
    /// the connection, and tells what happened.
    ///
    /// - Throws: ``PeerError`` when the journal cannot be written. A dashboard that is away is no
    ///   error: it shows in the summary.
    public func run(until stop: StopSignal = StopSignal()) async throws -> BotSummary {
        let journal = try settings.journal.map { path throws(PeerError) in
            try LineFile(path: path)
        }
        // The process's own loops: a dial that is still under way when the run ends needs one.
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let summary = eventLoop.makePromise(of: BotSummary.self)
        eventLoop.execute {
            let run = BotRun(
                settings: settings,
                eventLoop: eventLoop,
                logger: logger,
                summary: summary
            )
            run.start(journal: journal)
            let bound = NIOLoopBound(run, eventLoop: eventLoop)
            stop.whenStopped {
                eventLoop.execute { bound.value.stopTrading() }
            }
        }
        return try await summary.futureResult.get()
    }
}
