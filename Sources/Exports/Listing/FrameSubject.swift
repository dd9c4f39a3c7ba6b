internal import Queries
internal import Vocabulary
internal import WebSocketWire

/// A frame as queries see it.
struct FrameSubject: QuerySubject {
    let line: FrameLine
    let payload: JSONPayload

    func value(of field: QueryField) -> QueryValue? {
        switch field {
        case .connection: .connection(line.connection)
        case .direction: .direction(line.direction)
        case .opcode: line.header.map { .opcode($0.opcode) }
        case .frame: .count(line.frame)
        case .parts: .count(line.partCount)
        case .size: .count(line.length)
        case .time: .time(line.time)
        case .fin: line.header.map { .truth($0.isFinal) }
        case .rsv1: line.header.map { .truth($0.isCompressed) }
        case .masked: line.header.map { .truth($0.isMasked) }
        case .text: line.text.map { .text($0) }
        }
    }

    func member(at pointer: JSONPointer) -> QueryValue? {
        payload.member(at: pointer)?.value
    }
}
