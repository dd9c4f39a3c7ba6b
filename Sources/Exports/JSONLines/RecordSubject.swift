internal import CaptureFormat
internal import Queries
internal import Vocabulary
internal import WebSocketWire

/// One record of a capture as queries see it; what a record does not have is not there.
struct RecordSubject: QuerySubject {
    let entry: CaptureEntry
    /// Of a Frame record.
    let part: FrameHeadTracker.Part?
    let payload: JSONPayload

    func value(of field: QueryField) -> QueryValue? {
        switch field {
        case .connection: entry.record.connection.map { .connection($0) }
        case .direction: entry.record.direction.map { .direction($0) }
        case .time: .time(entry.arrival)
        case .opcode: part?.header.map { .opcode($0.opcode) }
        case .size: part?.header.map { .count($0.payloadLength) }
        case .fin: part?.header.map { .truth($0.isFinal) }
        case .rsv1: part?.header.map { .truth($0.isCompressed) }
        case .masked: part?.header.map { .truth($0.isMasked) }
        case .text: part?.text.map { .text($0) }
        case .frame:
            if case .frame(let frame) = entry.record { .count(frame.frame) } else { nil }
        case .parts: nil
        }
    }

    func member(at pointer: JSONPointer) -> QueryValue? {
        part == nil ? nil : payload.member(at: pointer)?.value
    }
}
