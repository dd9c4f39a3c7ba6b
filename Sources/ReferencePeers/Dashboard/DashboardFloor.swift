import NIOCore
import Vocabulary

/// What all connections of a dashboard share: the received log, the counts, and who is connected.
///
/// Lives on the dashboard's one event loop.
final class DashboardFloor {
    /// How long each message is worked on before it is accepted.
    let work: Duration

    private let log: LineFile?
    private var guests: [ObjectIdentifier: DashboardHandler] = [:]
    private var accepted: UInt64 = 0
    private var refused: UInt64 = 0
    private let failed: (any Error) -> Void
    /// Called when the last guest has left after ``stop()``.
    private var emptied: (() -> Void)?

    init(
        settings: DashboardSettings,
        log: LineFile?,
        failed: @escaping (any Error) -> Void
    ) {
        self.log = log
        self.failed = failed
        work = settings.work
    }

    /// Takes a message for good: once this returns, it is in the received log.
    ///
    /// - Throws: ``BotMessage/Refusal``, or ``PeerError`` when the log cannot be written.
    func accept(_ payload: ByteBufferView) throws -> BotMessage {
        do {
            let message = try BotMessage(parsing: payload)
            try log?.append(payload)
            accepted += 1
            return message
        } catch let refusal as BotMessage.Refusal {
            refused += 1
            throw refusal
        }
    }

    /// Counts a message that could not even be read.
    func refuse() {
        refused += 1
    }

    /// The received log cannot be written any more: the dashboard has to end.
    func fail(_ error: any Error) {
        failed(error)
    }

    func entered(_ guest: DashboardHandler) {
        guests[ObjectIdentifier(guest)] = guest
    }

    func left(_ guest: DashboardHandler) {
        guests.removeValue(forKey: ObjectIdentifier(guest))
        guard guests.isEmpty else { return }
        emptied?()
        emptied = nil
    }

    /// Says goodbye to everyone (1001, RFC 6455 §7.4.1) and calls `emptied` when all have left.
    func stop(emptied: @escaping () -> Void) {
        guard !guests.isEmpty else { return emptied() }
        self.emptied = emptied
        for guest in Array(guests.values) {
            guest.sayGoodbye()
        }
    }

    func health(at time: Instant) -> HealthReport {
        HealthReport(
            connections: guests.count,
            accepted: accepted,
            refused: refused,
            time: time
        )
    }
}
