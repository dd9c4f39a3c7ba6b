/// The members of a JSON message that are looked for when no contract names them.
public enum FieldName: Int, CaseIterable, Sendable {
    case type = 0
    case event
    case kind
    case messageType
    case sequence
    case seq
    case sequenceNumber
    case sequenceNo
    case messageID
    case id
    case uuid
    case symbol
    case channel
    case topic
    case stream
    case timestamp
    case ts
    case time
    case lastSequence

    /// The name in the JSON text.
    public var text: String {
        switch self {
        case .type: "type"
        case .event: "event"
        case .kind: "kind"
        case .messageType: "msg_type"
        case .sequence: "sequence"
        case .seq: "seq"
        case .sequenceNumber: "sequence_number"
        case .sequenceNo: "seq_no"
        case .messageID: "message_id"
        case .id: "id"
        case .uuid: "uuid"
        case .symbol: "symbol"
        case .channel: "channel"
        case .topic: "topic"
        case .stream: "stream"
        case .timestamp: "timestamp"
        case .ts: "ts"
        case .time: "time"
        case .lastSequence: "last_sequence"
        }
    }

    /// Names that may say what a message is.
    static let types: [FieldName] = [.type, .event, .kind, .messageType]
    /// Names that may hold a sequence number.
    static let sequences: [FieldName] = [.sequence, .seq, .sequenceNumber, .sequenceNo]
    /// Names that may identify a message.
    static let identifiers: [FieldName] = [.messageID, .id, .uuid]
    /// Names that may tell the streams of one type apart.
    static let parts: [FieldName] = [.symbol, .channel, .topic, .stream]
    /// Names that may hold the sender's time.
    static let timestamps: [FieldName] = [.timestamp, .ts, .time]
}
