import FoundationEssentials

/// What the dashboard needs to know of a message that a bot sent.
package struct BotMessage: Hashable, Sendable {
    /// Why a message was not accepted.
    package enum Refusal: Error, Hashable, Sendable {
        /// The payload is not JSON.
        case notJSON
        /// The payload is JSON, but not an object with a `type` string.
        case noType
        /// `symbol` is there, but not a string.
        case badSymbol
        /// `sequence` is there, but not a whole number.
        case badSequence
        /// The payload came in a binary message.
        case binary
    }

    /// The message type.
    package var type: String
    /// The stream it belongs to.
    package var stream: StreamName
    /// Its place in the stream; without one there is nothing to acknowledge.
    package var sequence: UInt64?

    /// Reads a message.
    package init(parsing payload: some Sequence<UInt8>) throws(Refusal) {
        do {
            self = try JSONDecoder().decode(Envelope.self, from: Data(payload)).message
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw .notJSON
        }
    }

    private init(type: String, symbol: String?, sequence: UInt64?) {
        self.type = type
        self.sequence = sequence
        stream = StreamName(type: type, symbol: symbol)
    }

    /// The members of interest; the first one that is wrong is thrown as a ``Refusal``.
    private struct Envelope: Decodable {
        var message: BotMessage

        private enum Key: String, CodingKey {
            case type
            case symbol
            case sequence
        }

        init(from decoder: any Decoder) throws {
            func read<Value>(
                _ value: @autoclosure () throws -> Value,
                or refusal: Refusal
            ) throws
                -> Value
            {
                do {
                    return try value()
                } catch {
                    throw refusal
                }
            }
            let object = try read(try decoder.container(keyedBy: Key.self), or: .noType)
            message = BotMessage(
                type: try read(try object.decode(String.self, forKey: .type), or: .noType),
                symbol: try read(
                    try object.decodeIfPresent(String.self, forKey: .symbol),
                    or: .badSymbol
                ),
                sequence: try read(
                    try object.decodeIfPresent(UInt64.self, forKey: .sequence),
                    or: .badSequence
                )
            )
        }
    }
}

extension BotMessage.Refusal: CustomStringConvertible {
    /// A sentence for the log and for the sender.
    package var description: String {
        switch self {
        case .notJSON: "the message is not JSON"
        case .noType: "the message is not an object with a \"type\" string"
        case .badSymbol: "\"symbol\" is not a string"
        case .badSequence: "\"sequence\" is not a whole number from 0"
        case .binary: "binary messages are not understood; send JSON as text"
        }
    }
}
