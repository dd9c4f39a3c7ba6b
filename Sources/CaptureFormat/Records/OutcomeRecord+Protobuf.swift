internal import Vocabulary

// message Outcome {
//   uint64 connection = 1;  OutcomeKind kind = 2;  bytes sent = 3;  uint64 byte_count = 4;
//   string cause = 5;
// }
extension OutcomeRecord {
    static let schema = MessageSchema(
        "Outcome",
        [
            .init(1, "connection", .uint64), .init(2, "kind", .enumeration("OutcomeKind")),
            .init(3, "sent", .bytes), .init(4, "byte_count", .uint64), .init(5, "cause", .string),
        ]
    )
    static let kindSchema = EnumerationSchema(
        "OutcomeKind",
        ["OUTCOME_KIND_UNKNOWN", "INJECTED", "UNDELIVERABLE"]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, UInt64(kind.rawValue))
        out.field(3, sent)
        out.field(4, byteCount)
        out.field(5, cause)
    }

    init(
        decoding range: Range<Int>,
        in bytes: RawSpan,
        direction: Direction
    ) throws(CaptureFormatError) {
        var kind: Kind?
        self.init(
            connection: ConnectionID(rawValue: 0),
            direction: direction,
            kind: .injected,
            byteCount: 0,
            cause: ""
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: kind = Kind(rawValue: UInt8(clamping: value.unsigned))
            case 3: sent = value.copy(from: bytes)
            case 4: byteCount = value.unsigned
            case 5: cause = value.text(in: bytes)
            default: break
            }
        }
        guard let kind else { throw .unknownEnumerator("\(DescriptorSet.package).OutcomeKind") }
        self.kind = kind
    }
}
