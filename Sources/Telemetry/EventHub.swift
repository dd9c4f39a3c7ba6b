internal import Synchronization
internal import Vocabulary

/// Passes events on to those who watch, and waits for none of them.
///
/// - **In:** events, from any thread.
/// - **Out:** a stream for each subscription; one that is not read in time loses events, and is told how
///   many.
/// - **Never:** holds up whoever publishes. Without subscribers an event is not even made.
/// - **Limits:** ``subscriberCountMax``, ``queueCountMax``.
public final class EventHub: Sendable {
    /// What a subscription is told.
    public enum Item: Equatable, Sendable {
        /// Something has happened.
        case event(ProxyEvent)
        /// So many events were lost, because they were not read in time.
        case dropped(UInt64)
        /// Nothing has happened, and the stream is alive.
        case beat
    }

    /// Somebody who watches.
    public struct Subscription: Sendable {
        fileprivate let id: UInt64
        /// What happens, in order; it ends when the hub is closed.
        public let items: AsyncStream<Item>
    }

    fileprivate struct Subscriber {
        var query: EventQuery
        var continuation: AsyncStream<Item>.Continuation
        var droppedCount: UInt64 = 0
        var nextFrame = Instant.epoch
    }

    private struct State {
        var subscribers: [UInt64: Subscriber] = [:]
        var lastID: UInt64 = 0
        var isClosed = false
    }

    /// How many may watch at once.
    public static let subscriberCountMax = 32
    /// Events that wait for one of them.
    public static let queueCountMax = 1024

    private let state = Mutex(State())
    private let subscriberCount = Atomic(0)
    private let frameRate = Atomic(0)

    /// Creates a hub that nobody watches.
    public init() {}

    /// Whether anybody watches.
    public var isWatched: Bool { subscriberCount.load(ordering: .relaxed) > 0 }

    /// The most frames a second that anybody wants.
    public var framesPerSecond: Int { frameRate.load(ordering: .relaxed) }

    // MARK: Publishing

    /// Passes an event on.
    public func publish(_ event: @autoclosure () -> ProxyEvent) {
        guard isWatched else { return }
        let event = event()
        state.withLock { state in
            for id in state.subscribers.keys { state.subscribers[id]?.take(event) }
        }
    }

    // MARK: Watching

    /// Begins to watch.
    ///
    /// - Parameter query: Which events are wanted.
    /// - Returns: The subscription; `nil` when there are too many already, or the hub is closed.
    public func subscribe(_ query: EventQuery) -> Subscription? {
        let (items, continuation) = AsyncStream<Item>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.queueCountMax)
        )
        return state.withLock { state in
            guard !state.isClosed, state.subscribers.count < Self.subscriberCountMax else {
                return nil
            }
            state.lastID += 1
            state.subscribers[state.lastID] = Subscriber(query: query, continuation: continuation)
            count(state)
            return Subscription(id: state.lastID, items: items)
        }
    }

    /// Lets a subscription know that its stream is alive.
    public func beat(_ subscription: Subscription) {
        state.withLock { state in
            _ = state.subscribers[subscription.id]?.continuation.yield(.beat)
        }
    }

    /// Whether a subscription goes on.
    public func holds(_ subscription: Subscription) -> Bool {
        state.withLock { $0.subscribers[subscription.id] != nil }
    }

    /// Ends a subscription.
    public func end(_ subscription: Subscription) {
        state.withLock { state in
            state.subscribers.removeValue(forKey: subscription.id)?.continuation.finish()
            count(state)
        }
    }

    /// Ends all subscriptions, and takes no more.
    public func close() {
        state.withLock { state in
            state.isClosed = true
            for subscriber in state.subscribers.values { subscriber.continuation.finish() }
            state.subscribers = [:]
            count(state)
        }
    }

    private func count(_ state: State) {
        subscriberCount.store(state.subscribers.count, ordering: .relaxed)
        let rate = state.subscribers.values.map(\.query.framesPerSecond).max() ?? 0
        frameRate.store(rate, ordering: .relaxed)
    }
}

extension EventHub.Subscriber {
    fileprivate mutating func take(_ event: ProxyEvent) {
        guard query.proxy == nil || query.proxy == event.proxy else { return }
        if event.isFrame {
            guard query.framesPerSecond > 0, event.time >= nextFrame else { return }
            nextFrame = event.time.advanced(by: .seconds(1) / query.framesPerSecond)
        }
        if droppedCount > 0 {
            guard case .enqueued = continuation.yield(.dropped(droppedCount)) else {
                droppedCount += 1
                return
            }
            droppedCount = 0
        }
        if case .dropped = continuation.yield(.event(event)) { droppedCount += 1 }
    }
}
