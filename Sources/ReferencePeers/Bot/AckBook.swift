/// Messages sent on the current connection that the dashboard has not acknowledged yet.
package struct AckBook: Sendable {
    private var unacknowledged: [StreamName: Line<OutboundMessage>] = [:]

    /// Messages that are not acknowledged.
    package private(set) var count = 0

    /// Creates an empty book.
    package init() {}

    /// Notes a message that was handed to the connection.
    package mutating func noteSent(_ message: OutboundMessage) {
        unacknowledged[message.stream, default: Line()].append(message)
        count += 1
    }

    /// Strikes out what an acknowledgement covers.
    ///
    /// An acknowledgement speaks only of messages sent on this connection, so a stream or a
    /// sequence that was never sent covers nothing more.
    ///
    /// - Returns: The number of messages struck out.
    package mutating func acknowledge(_ acknowledgement: Acknowledgement) -> Int {
        guard var line = unacknowledged[acknowledgement.stream] else { return 0 }
        let before = line.count
        while let first = line.first, first.sequence <= acknowledgement.lastSequence {
            _ = line.popFirst()
        }
        unacknowledged[acknowledgement.stream] = line
        count -= before - line.count
        return before - line.count
    }

    /// Takes the oldest message of one importance.
    package mutating func popFirst(_ importance: Importance) -> OutboundMessage? {
        // A stream has one type, so all of its messages are of the same importance.
        let heads = unacknowledged.values.compactMap(\.first)
            .filter { $0.importance == importance }
        guard let oldest = heads.min(by: { $0.number < $1.number }) else { return nil }
        count -= 1
        return unacknowledged[oldest.stream]?.popFirst()
    }

    /// Takes everything, in the order of publication: the connection is gone.
    package mutating func removeAll() -> [OutboundMessage] {
        let all = unacknowledged.values.flatMap(\.elements).sorted { $0.number < $1.number }
        unacknowledged = [:]
        count = 0
        return all
    }
}
