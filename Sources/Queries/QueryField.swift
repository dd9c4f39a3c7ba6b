public import Vocabulary
public import WebSocketWire

/// What a query may ask of a frame or a message besides its JSON.
public enum QueryField: String, Sendable, CaseIterable {
    /// The connection: `c3`.
    case connection
    /// The direction: `client-to-server` or `server-to-client`.
    case direction
    /// The opcode: `text`, `close`, …, or 0 to 15.
    case opcode
    /// The number of the frame in its connection and direction, from 1; of a message's first frame.
    case frame
    /// In how many parts the frame arrived.
    case parts
    /// Bytes of payload.
    case size
    /// When the first byte arrived.
    case time
    /// Whether the frame ends its message.
    case fin
    /// Whether RSV1 is set: the message is compressed.
    case rsv1
    /// Whether the payload was masked on the wire.
    case masked
    /// The payload, when it is text.
    case text

    /// What a field can be compared with.
    enum Kind: Equatable {
        case connection
        case direction
        case opcode
        case number
        case time
        case truth
        case text
    }

    var kind: Kind {
        switch self {
        case .connection: .connection
        case .direction: .direction
        case .opcode: .opcode
        case .frame, .parts, .size: .number
        case .time: .time
        case .fin, .rsv1, .masked: .truth
        case .text: .text
        }
    }

    /// Whether its values are words rather than numbers, times or texts in quotes.
    var hasNamedValues: Bool { kind == .connection || kind == .direction || kind == .opcode }

    /// What to compare the field with, for error messages.
    var advice: String {
        switch kind {
        case .connection: "compare it with a connection such as c3"
        case .direction: "compare it (== or !=) with client-to-server or server-to-client"
        case .opcode: "compare it with text, binary, continuation, close, ping, pong or 0 to 15"
        case .number: "compare it with a number such as 1000"
        case .time: "compare it with a time such as 2026-11-22T12:00:03.5Z"
        case .truth: "it is true or false: write '\(rawValue)' or 'not \(rawValue)'"
        case .text: "compare it with a text such as 'hello'"
        }
    }
}

extension QueryValue {
    /// A connection as a query sees it.
    public static func connection(_ connection: ConnectionID) -> QueryValue {
        .integer(Int128(connection.rawValue))
    }

    /// A direction as a query sees it.
    public static func direction(_ direction: Direction) -> QueryValue {
        .text(direction.description)
    }

    /// An opcode as a query sees it.
    public static func opcode(_ opcode: Opcode) -> QueryValue {
        .integer(Int128(opcode.rawValue))
    }

    /// A count as a query sees it.
    public static func count(_ count: UInt64) -> QueryValue {
        .integer(Int128(count))
    }
}
