import FoundationEssentials

/// What the bot understands of the dashboard's messages.
package enum DashboardMessage: Hashable, Sendable {
    /// A stream was accepted up to a sequence.
    case acknowledgement(Acknowledgement)
    /// The dashboard could not accept something.
    case complaint(String)
    /// Any other type: nothing to do.
    case other(type: String)
    /// Not an object with a `type`.
    case unintelligible

    /// Reads a message; whatever a peer sends gives a value.
    package init(parsing payload: some Sequence<UInt8>) {
        let envelope: Envelope
        do {
            envelope = try JSONDecoder().decode(Envelope.self, from: Data(payload))
        } catch {
            self = .unintelligible
            return
        }
        switch (envelope.type, envelope.stream, envelope.lastSequence) {
        case ("ack", let stream?, let last?):
            self = .acknowledgement(
                Acknowledgement(stream: StreamName(text: stream), lastSequence: last)
            )
        case ("ack", _, _): self = .unintelligible
        case ("error", _, _): self = .complaint(envelope.message ?? "no reason given")
        case (let type, _, _): self = .other(type: type)
        }
    }

    private struct Envelope: Decodable {
        var type: String
        var stream: String?
        var lastSequence: UInt64?
        var message: String?

        enum CodingKeys: String, CodingKey {
            case type
            case stream
            case lastSequence = "last_sequence"
            case message
        }
    }
}
