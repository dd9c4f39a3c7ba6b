import Synchronization

/// A wish to stop that can be uttered from anywhere, once.
public final class StopSignal: Sendable {
    private struct State {
        var isStopped = false
        var listeners: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// Creates a signal that was not given yet.
    public init() {}

    /// Gives the signal; giving it again changes nothing.
    public func stop() {
        let listeners = state.withLock { state in
            state.isStopped = true
            let listeners = state.listeners
            state.listeners = []
            return listeners
        }
        for listener in listeners {
            listener()
        }
    }

    /// Calls `listener` once the signal is given, or now if it was.
    package func whenStopped(_ listener: @escaping @Sendable () -> Void) {
        let isStopped = state.withLock { state in
            if !state.isStopped { state.listeners.append(listener) }
            return state.isStopped
        }
        if isStopped { listener() }
    }
}
