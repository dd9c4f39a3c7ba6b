internal import Queries
internal import Verification
internal import Vocabulary
internal import WebSocketWire

/// A message as queries see it; heads belong to frames, so what only they know is not there.
struct MessageSubject: QuerySubject {
    let message: CollectedMessage
    let payload: JSONPayload

    func value(of field: QueryField) -> QueryValue? {
        let known = message.message
        return switch field {
        case .connection: .connection(known.connection)
        case .direction: .direction(known.direction)
        case .opcode: .opcode(known.opcode)
        case .frame: .count(known.firstFrame)
        case .size: .count(known.payloadByteCount)
        case .time: .time(known.began)
        case .rsv1: .truth(known.isCompressed)
        case .text: text.map { .text($0) }
        case .parts, .fin, .masked: nil
        }
    }

    func member(at pointer: JSONPointer) -> QueryValue? {
        payload.member(at: pointer)?.value
    }

    /// The payload of a text message.
    var text: String? {
        message.message.opcode == .text ? String(decoding: message.payload, as: UTF8.self) : nil
    }
}
