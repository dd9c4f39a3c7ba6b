/// Everything that was published and is not known to be delivered, within a limit.
///
/// Waiting and unacknowledged messages count together. On overflow the oldest ordinary message is
/// dropped, whether it waits or was sent without an acknowledgement (a sent one may still arrive;
/// it is only not sent again). Priority messages are dropped, oldest first, when nothing ordinary
/// is left; an ordinary newcomer to an outbox full of priority messages is dropped itself.
package struct Outbox: Sendable {
    /// A message that had to go.
    package struct Dropped: Hashable, Sendable {
        /// The message.
        package var message: OutboundMessage
        /// Whether it was in flight on the current connection and may still arrive.
        package var wasInFlight: Bool
    }

    /// What to do about messages whose fate is unknown.
    package let mode: DeliveryMode
    /// The most messages held at once.
    package let limit: Int

    /// Messages handed to a connection for the first time.
    package private(set) var sent: UInt64 = 0
    /// Messages handed to a connection again.
    package private(set) var resent: UInt64 = 0
    /// Messages the dashboard acknowledged.
    package private(set) var acknowledged: UInt64 = 0
    /// Messages dropped by overflow.
    package private(set) var dropped: UInt64 = 0

    private var queue = OutboundQueue()
    private var inFlight = AckBook()

    /// Creates an empty outbox.
    ///
    /// - Parameters:
    ///   - mode: What to do about messages whose fate is unknown.
    ///   - limit: The most messages held at once, at least 1.
    package init(mode: DeliveryMode, limit: Int) {
        precondition(limit >= 1, "an outbox holds at least one message, not \(limit)")
        self.mode = mode
        self.limit = limit
    }

    /// Messages that are not known to be delivered.
    package var count: Int { queue.count + inFlight.count }

    /// Messages that wait to be sent.
    package var waiting: Int { queue.count }

    /// Takes in a published message.
    ///
    /// - Returns: The message that had to go for it.
    package mutating func publish(_ message: OutboundMessage) -> Dropped? {
        queue.append(message)
        guard count > limit else { return nil }
        dropped += 1
        return popOldest(.ordinary) ?? popOldest(.priority)
    }

    /// Takes the next message that is to be handed to the connection.
    package mutating func nextToSend() -> OutboundMessage? {
        guard var message = queue.popFirst() else { return nil }
        if message.wasSent { resent += 1 } else { sent += 1 }
        message.wasSent = true
        if mode == .resend { inFlight.noteSent(message) }
        return message
    }

    /// The dashboard accepted a stream up to a sequence.
    package mutating func acknowledge(_ acknowledgement: Acknowledgement) {
        acknowledged += UInt64(inFlight.acknowledge(acknowledgement))
    }

    /// The connection is gone: what was in flight goes back to the front of the queue.
    package mutating func connectionLost() {
        queue.putBack(inFlight.removeAll())
    }

    private mutating func popOldest(_ importance: Importance) -> Dropped? {
        // What is in flight was published before anything that waits.
        inFlight.popFirst(importance).map { Dropped(message: $0, wasInFlight: true) }
            ?? queue.popFirst(importance).map { Dropped(message: $0, wasInFlight: false) }
    }
}
