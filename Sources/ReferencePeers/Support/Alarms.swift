import NIOCore

/// Named timers on an event loop: setting one again replaces it.
struct Alarms<Name: Hashable & Sendable> {
    private let eventLoop: any EventLoop
    private var scheduled: [Name: Scheduled<Void>] = [:]

    /// Creates timers that go off on this loop.
    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Calls `action` once `delay` has passed, unless the alarm is set again or stopped before.
    mutating func start(_ name: Name, after delay: Duration, _ action: @escaping () -> Void) {
        stop(name)
        scheduled[name] = eventLoop.assumeIsolated()
            .scheduleTask(in: TimeAmount(delay), action)
    }

    /// Takes an alarm back.
    mutating func stop(_ name: Name) {
        scheduled.removeValue(forKey: name)?.cancel()
    }

    /// Takes all alarms back.
    mutating func stopAll() {
        for alarm in scheduled.values {
            alarm.cancel()
        }
        scheduled = [:]
    }
}
