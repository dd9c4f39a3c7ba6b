/// How hard the queue holds on to a message when it overflows.
package enum Importance: Hashable, Sendable {
    /// Dropped first: the next one says much the same.
    case ordinary
    /// Dropped only when nothing ordinary is left.
    case priority

    /// The importance of a message type: money that moved, positions and errors have priority.
    package init(messageType: String) {
        switch messageType {
        case "trade_execution", "position_update", "error": self = .priority
        default: self = .ordinary
        }
    }
}

/// A published message on its way to the dashboard.
package struct OutboundMessage: Hashable, Sendable {
    /// The place in the order of publication, from 1.
    package var number: UInt64
    /// The stream it belongs to.
    package var stream: StreamName
    /// The place in its stream, from 1.
    package var sequence: UInt64
    /// How hard to hold on to it.
    package var importance: Importance
    /// The JSON text exactly as it is journaled and sent.
    package var text: String
    /// Whether it was handed to a connection before.
    package var wasSent: Bool

    /// Creates a message that was not sent yet.
    package init(
        number: UInt64,
        stream: StreamName,
        sequence: UInt64,
        importance: Importance,
        text: String
    ) {
        self.number = number
        self.stream = stream
        self.sequence = sequence
        self.importance = importance
        self.text = text
        wasSent = false
    }
}
