public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
public import Vocabulary

/// The reference dashboard: a WebSocket server that keeps and acknowledges what bots publish.
public struct Dashboard: Sendable {
    private let settings: DashboardSettings
    private let logger: Logger

    /// Creates a dashboard.
    public init(settings: DashboardSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Serves until `stop` is given, then says goodbye to everyone (close code 1001).
    ///
    /// - Parameters:
    ///   - stop: When to stop.
    ///   - listening: Called with the real address as soon as connections are accepted.
    /// - Throws: ``PeerError`` when the address cannot be listened on, or the received log cannot
    ///   be opened or no longer be written.
    public func run(
        until stop: StopSignal = StopSignal(),
        listening: @escaping @Sendable (Endpoint) -> Void = { _ in }
    ) async throws {
        let log = try settings.received.map { path throws(PeerError) in
            try LineFile(path: path)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let end = eventLoop.makePromise(of: Void.self)
        eventLoop.execute {
            let run = DashboardRun(
                settings: settings,
                log: log,
                eventLoop: eventLoop,
                logger: logger,
                end: end
            )
            run.listen(listening)
            let bound = NIOLoopBound(run, eventLoop: eventLoop)
            stop.whenStopped {
                eventLoop.execute { bound.value.stop() }
            }
        }
        let result = await end.futureResult.asResult()
        try await group.shutdownGracefully()
        try result.get()
    }
}
