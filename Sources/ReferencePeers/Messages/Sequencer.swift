package import Vocabulary

/// Turns events into messages: numbers each one in its stream and stamps the time.
package struct Sequencer: Sendable {
    /// Messages made so far.
    package private(set) var published: UInt64 = 0
    private var last: [StreamName: UInt64] = [:]

    /// Creates a sequencer whose streams all begin at 1.
    package init() {}

    /// Makes the next message of the event's stream.
    package mutating func message(for event: MarketEvent, at time: Instant) -> OutboundMessage {
        let stream = StreamName(type: event.type, symbol: event.symbol)
        let sequence = last[stream, default: 0] + 1
        last[stream] = sequence
        published += 1
        let head: [JSONValue.Member] = [
            .init(name: "type", value: .string(event.type)),
            .init(name: "timestamp", value: .string(time.description)),
            .init(name: "sequence", value: .integer(sequence)),
            .init(name: "symbol", value: .string(event.symbol)),
        ]
        return OutboundMessage(
            number: published,
            stream: stream,
            sequence: sequence,
            importance: Importance(messageType: event.type),
            text: JSONValue.object(head + event.members).text
        )
    }
}
