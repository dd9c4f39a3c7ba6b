private import Synchronization

/// Tells other threads that an event loop is held by a capture that cannot be written.
final class HoldFlag: Sendable {
    private let held = Atomic(false)

    var isHeld: Bool {
        get { held.load(ordering: .relaxed) }
        set { held.store(newValue, ordering: .relaxed) }
    }
}
