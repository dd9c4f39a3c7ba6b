internal import Vocabulary

// message Rewrite {
//   uint64 connection = 1;  RewriteKind kind = 2;  uint64 offset = 3;  uint64 byte_count = 4;
//   bytes sent = 5;  bool blanked = 6;  uint64 origin = 7;  string cause = 8;
// }
extension RewriteRecord {
    static let schema = MessageSchema(
        "Rewrite",
        [
            .init(1, "connection", .uint64), .init(2, "kind", .enumeration("RewriteKind")),
            .init(3, "offset", .uint64), .init(4, "byte_count", .uint64), .init(5, "sent", .bytes),
            .init(6, "blanked", .bool), .init(7, "origin", .uint64), .init(8, "cause", .string),
        ]
    )
    static let kindSchema = EnumerationSchema(
        "RewriteKind",
        [
            "REWRITE_KIND_UNKNOWN", "DROPPED", "ALTERED", "RECODED", "DEFERRED", "LATE",
            "DUPLICATED", "INSERTED",
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, UInt64(kind.rawValue))
        out.field(3, offset)
        out.field(4, byteCount)
        out.field(5, sent)
        out.field(6, isBlanked)
        out.field(7, origin)
        out.field(8, cause)
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
            kind: .dropped,
            offset: 0,
            byteCount: 0,
            cause: ""
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: kind = Kind(rawValue: UInt8(clamping: value.unsigned))
            case 3: offset = value.unsigned
            case 4: byteCount = value.unsigned
            case 5: sent = value.copy(from: bytes)
            case 6: isBlanked = value.isTrue
            case 7: origin = value.unsigned
            case 8: cause = value.text(in: bytes)
            default: break
            }
        }
        guard let kind else { throw .unknownEnumerator("\(DescriptorSet.package).RewriteKind") }
        guard !offset.addingReportingOverflow(byteCount).overflow else {
            throw .invalidValue(field: "byte_count")
        }
        self.kind = kind
    }
}
