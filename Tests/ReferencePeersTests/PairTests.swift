import Foundation
import Logging
import NIOCore
import NIOPosix
import ReferencePeers
import Testing
import Vocabulary

/// The bot and the dashboard together, over the loopback.
@Suite(.timeLimit(.minutes(1)))
struct PairTests {
    @Test(arguments: DeliveryMode.allCases)
    func `without faults the received log is the journal`(delivery: DeliveryMode) async throws {
        try await withTemporaryFolder { folder in
            let (journal, received) = (folder + "/journal", folder + "/received")
            let summary = try await withDashboard(.onFreePort(received: received)) { address in
                let settings = BotSettings.quick(to: address, journal: journal, delivery: delivery)
                return try await Bot(settings: settings, logger: .silent).run()
            }
            #expect(summary.ending == .drained)
            #expect(summary.published == 200)
            #expect(summary.sent == 200)
            #expect(summary.acknowledged == (delivery == .resend ? 200 : 0))
            #expect(summary.connections == 1)
            #expect(try lines(of: received).count == 200)
            #expect(try lines(of: received) == lines(of: journal))
        }
    }

    /// Stops the first dashboard at the first message it accepts, and starts another on its port.
    private func interrupted(
        _ delivery: DeliveryMode,
        in folder: String
    ) async throws -> BotSummary {
        let stop = StopSignal()
        var first = DashboardSettings.onFreePort(
            received: folder + "/received",
            work: .milliseconds(1)
        )
        first.grace = .zero
        let listener = Logger.listening(for: "accepted") { stop.stop() }
        let (summaries, continuation) = AsyncThrowingStream.makeStream(of: BotSummary.self)
        let address = try await withDashboard(first, stop: stop, logger: listener) { address in
            let bot = Bot(
                settings: .quick(to: address, journal: folder + "/journal", delivery: delivery),
                logger: .silent
            )
            Task {
                do {
                    continuation.yield(try await bot.run())
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            await withCheckedContinuation { stopped in
                stop.whenStopped { stopped.resume() }
            }
            return address
        }
        var second = first
        second.address = address
        return try await withDashboard(second) { _ in
            try #require(try await summaries.first { _ in true })
        }
    }

    @Test
    func `resend loses nothing when the dashboard goes away`() async throws {
        try await withTemporaryFolder { folder in
            let summary = try await interrupted(.resend, in: folder)
            #expect(summary.ending == .drained)
            #expect(summary.reconnects == 1)
            #expect(summary.resent > 0)
            #expect(summary.acknowledged == 200)
            let journal = try lines(of: folder + "/journal")
            let received = try lines(of: folder + "/received")
            #expect(Set(received) == Set(journal))
        }
    }

    @Test
    func `fire and forget invents and reorders nothing when the dashboard goes away`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let summary = try await interrupted(.fireAndForget, in: folder)
            #expect(summary.ending == .drained)
            #expect(summary.resent == 0)
            let journal = try lines(of: folder + "/journal")
            let received = try lines(of: folder + "/received")
            let kept = Set(received)
            #expect(received == journal.filter { kept.contains($0) })
        }
    }

    @Test
    func `trading goes on after the bot gave up`() async throws {
        // The port of a dashboard that is gone.
        let address = try await withDashboard { $0 }
        var settings = BotSettings.quick(to: address, count: 100)
        // A tick publishes exactly one round, four to six messages, however late it comes.
        settings.pace = .rounds(every: .milliseconds(2))
        settings.retriesMax = 2
        settings.retryDelay = .milliseconds(1)
        settings.queueSize = 10
        let summary = try await Bot(settings: settings, logger: .silent).run()
        #expect(summary.ending == .gaveUp)
        #expect(!summary.isSuccess)
        #expect(summary.published == 100)
        #expect((17...25).contains(summary.ticks))
        #expect(summary.failedDials == 2)
        #expect(summary.undelivered == 10)
        #expect(summary.dropped == 90)
    }

    @Test
    func `without publishing the bot trades on its own`() async throws {
        var settings = BotSettings()
        settings.publishes = false
        settings.pace = .rate(1000)
        settings.duration = .milliseconds(20)
        let summary = try await Bot(settings: settings, logger: .silent).run()
        #expect(summary.ending == .notPublishing)
        #expect(summary.ticks > 1)
        #expect(summary.published == 0)
    }

    @Test
    func `a stop ends trading early and still delivers`() async throws {
        let stop = StopSignal()
        let summary = try await withDashboard(
            logger: .listening(for: "connected") { stop.stop() }
        ) { address in
            var settings = BotSettings.quick(to: address)
            settings.count = nil
            return try await Bot(settings: settings, logger: .silent).run(until: stop)
        }
        #expect(summary.ending == .drained)
        #expect(summary.acknowledged == summary.published)
    }

    @Test
    func `the same seed publishes the same messages but for their times`() async throws {
        try await withTemporaryFolder { folder in
            var stories: [[String]] = []
            for name in ["a", "b"] {
                try await withDashboard { address in
                    let settings = BotSettings.quick(
                        to: address,
                        count: 100,
                        journal: folder + "/" + name
                    )
                    _ = try await Bot(settings: settings, logger: .silent).run()
                }
                let journal = try lines(of: folder + "/" + name)
                stories.append(
                    journal.map { $0.replacing(/"timestamp":"[^"]*"/, with: "") }
                )
            }
            #expect(stories[0].count == 100)
            #expect(stories[0] == stories[1])
        }
    }

    @Test
    func `a server that hangs up before the handshake is a failed dial`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { $0.close() }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = try #require(server.localAddress?.port)
        var settings = BotSettings.quick(to: Endpoint(host: "127.0.0.1", port: port), count: 1)
        settings.retriesMax = 20
        settings.retryDelay = .zero
        let summary = try await Bot(settings: settings, logger: .silent).run()
        try await server.close().get()
        #expect(summary.ending == .gaveUp)
        #expect(summary.failedDials == 20)
        #expect(summary.connections == 0)
    }

    @Test
    func `a port that is taken is named in a sentence`() async throws {
        try await withDashboard { address in
            var settings = DashboardSettings()
            settings.address = address
            let dashboard = Dashboard(settings: settings, logger: .silent)
            await #expect(
                throws: PeerError.cannotListen(
                    address: address.description,
                    reason: "Address already in use"
                )
            ) {
                try await dashboard.run()
            }
        }
    }
}
