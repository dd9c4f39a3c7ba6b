/// Messages that wait to be sent, in the order of publication.
///
/// The queue does not know its limit: the ``Outbox`` counts waiting and unacknowledged messages
/// together and says when one has to go.
package struct OutboundQueue: Sendable {
    private var ordinary = Line<OutboundMessage>()
    private var priority = Line<OutboundMessage>()

    /// Creates an empty queue.
    package init() {}

    /// Messages that wait.
    package var count: Int { ordinary.count + priority.count }

    /// Adds a message that was published after all others.
    package mutating func append(_ message: OutboundMessage) {
        switch message.importance {
        case .ordinary: ordinary.append(message)
        case .priority: priority.append(message)
        }
    }

    /// Takes the message that was published first, whatever its importance: order is kept.
    package mutating func popFirst() -> OutboundMessage? {
        guard let one = ordinary.first else { return priority.popFirst() }
        guard let other = priority.first else { return ordinary.popFirst() }
        return one.number < other.number ? ordinary.popFirst() : priority.popFirst()
    }

    /// Takes the oldest message of one importance.
    package mutating func popFirst(_ importance: Importance) -> OutboundMessage? {
        switch importance {
        case .ordinary: ordinary.popFirst()
        case .priority: priority.popFirst()
        }
    }

    /// Puts messages back that were taken before all that wait now, in the order of publication.
    package mutating func putBack(_ messages: [OutboundMessage]) {
        guard !messages.isEmpty else { return }
        ordinary = Line(messages.filter { $0.importance == .ordinary } + ordinary.elements)
        priority = Line(messages.filter { $0.importance == .priority } + priority.elements)
    }
}
