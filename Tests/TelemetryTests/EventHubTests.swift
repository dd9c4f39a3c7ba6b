import Telemetry
import Testing
import Vocabulary

@Suite struct EventHubTests {
    private func mark(_ label: String, proxy: String = "bridge", at time: UInt64 = 0) -> ProxyEvent
    {
        ProxyEvent(time: Instant(nanoseconds: time), proxy: proxy, kind: .mark(label: label))
    }

    private func frame(at milliseconds: UInt64) -> ProxyEvent {
        ProxyEvent(
            time: Instant(nanoseconds: milliseconds * 1_000_000),
            proxy: "bridge",
            kind: .frame(
                ConnectionID(rawValue: 1),
                .clientToServer,
                number: milliseconds,
                opcode: "text",
                byteCount: 5
            )
        )
    }

    /// All that was told until now.
    private func items(
        of subscription: EventHub.Subscription,
        _ hub: EventHub
    ) async -> [EventHub.Item] {
        hub.end(subscription)
        var items: [EventHub.Item] = []
        for await item in subscription.items { items.append(item) }
        return items
    }

    @Test func `an event that nobody watches is not made`() {
        let hub = EventHub()
        hub.publish(
            {
                Issue.record("made")
                return mark("never")
            }()
        )
    }

    @Test func `each watcher is told what it wants, in order`() async throws {
        let hub = EventHub()
        let all = try #require(hub.subscribe(EventQuery()))
        let one = try #require(hub.subscribe(EventQuery(proxy: "other")))
        hub.publish(mark("a"))
        hub.publish(mark("b", proxy: "other"))
        #expect(
            await items(of: all, hub) == [.event(mark("a")), .event(mark("b", proxy: "other"))]
        )
        #expect(await items(of: one, hub) == [.event(mark("b", proxy: "other"))])
        #expect(!hub.isWatched)
    }

    @Test func `frames are as many a second as were asked for`() async throws {
        let hub = EventHub()
        let some = try #require(hub.subscribe(EventQuery(framesPerSecond: 10)))
        let none = try #require(hub.subscribe(EventQuery()))
        #expect(hub.framesPerSecond == 10)
        for time in stride(from: 0, to: 1000, by: 10) as StrideTo<UInt64> {
            hub.publish(frame(at: time))
        }
        #expect(await items(of: some, hub).count == 10)
        #expect(await items(of: none, hub) == [])
    }

    @Test(arguments: [-1, 0, 1])
    func `who does not read in time loses events, and is told how many`(beyond: Int) async throws {
        let hub = EventHub()
        let slow = try #require(hub.subscribe(EventQuery()))
        for number in 0..<EventHub.queueCountMax + beyond { hub.publish(mark("\(number)")) }
        var reader = slow.items.makeAsyncIterator()
        #expect(await reader.next() == .event(mark("0")))
        #expect(await reader.next() == .event(mark("1")))
        hub.publish(mark("last"))
        hub.end(slow)
        var rest: [EventHub.Item] = []
        while let item = await reader.next() { rest.append(item) }
        #expect(rest.last == .event(mark("last")))
        let dropped = rest.contains { if case .dropped = $0 { true } else { false } }
        #expect(dropped == (beyond > 0))
    }

    @Test(arguments: [-1, 0, 1])
    func `so many may watch, and no more`(beyond: Int) {
        let hub = EventHub()
        let subscriptions = (0..<EventHub.subscriberCountMax + beyond).map { _ in
            hub.subscribe(EventQuery())
        }
        #expect(subscriptions.allSatisfy { $0 != nil } == (beyond <= 0))
        hub.close()
        #expect(hub.subscribe(EventQuery()) == nil)
    }
}
