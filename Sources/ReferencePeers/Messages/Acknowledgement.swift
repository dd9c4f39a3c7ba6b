package import Vocabulary

/// What the dashboard says about one stream: accepted, on this connection, up to and including.
package struct Acknowledgement: Hashable, Sendable {
    /// The stream.
    package var stream: StreamName
    /// The last accepted sequence.
    package var lastSequence: UInt64

    /// Creates an acknowledgement.
    package init(stream: StreamName, lastSequence: UInt64) {
        self.stream = stream
        self.lastSequence = lastSequence
    }

    /// The acknowledgement as a message.
    package func text(at time: Instant) -> String {
        let message: JSONValue = [
            "type": "ack",
            "stream": .string(stream.text),
            "last_sequence": .integer(lastSequence),
            "timestamp": .string(time.description),
        ]
        return message.text
    }
}
