/// Acknowledgements that are due: one a stream, however many of its messages were accepted.
package struct AckBatch: Sendable {
    private var due: [Acknowledgement] = []
    private var places: [StreamName: Int] = [:]

    /// Creates an empty batch.
    package init() {}

    /// Notes an accepted message.
    package mutating func accepted(_ sequence: UInt64, in stream: StreamName) {
        if let place = places[stream] {
            due[place].lastSequence = max(due[place].lastSequence, sequence)
        } else {
            places[stream] = due.count
            due.append(Acknowledgement(stream: stream, lastSequence: sequence))
        }
    }

    /// Takes what is due, in the order in which the streams first appeared.
    package mutating func removeAll() -> [Acknowledgement] {
        defer { self = AckBatch() }
        return due
    }
}
