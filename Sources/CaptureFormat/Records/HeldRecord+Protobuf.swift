internal import Vocabulary

// message Held {
//   uint64 connection = 1;  uint64 offset = 2;  uint64 byte_count = 3;  uint64 held_ns = 4;
//   string cause = 5;
// }
extension HeldRecord {
    static let schema = MessageSchema(
        "Held",
        [
            .init(1, "connection", .uint64), .init(2, "offset", .uint64),
            .init(3, "byte_count", .uint64), .init(4, "held_ns", .uint64),
            .init(5, "cause", .string),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, offset)
        out.field(3, byteCount)
        out.field(4, heldNanoseconds)
        out.field(5, cause)
    }

    init(
        decoding range: Range<Int>,
        in bytes: RawSpan,
        direction: Direction
    ) throws(CaptureFormatError) {
        self.init(
            connection: ConnectionID(rawValue: 0),
            direction: direction,
            offset: 0,
            byteCount: 0,
            heldNanoseconds: 0,
            cause: ""
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: offset = value.unsigned
            case 3: byteCount = value.unsigned
            case 4: heldNanoseconds = value.unsigned
            case 5: cause = value.text(in: bytes)
            default: break
            }
        }
        guard !offset.addingReportingOverflow(byteCount).overflow else {
            throw .invalidValue(field: "byte_count")
        }
    }
}
