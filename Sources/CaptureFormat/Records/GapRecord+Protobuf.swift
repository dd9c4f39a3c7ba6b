internal import Vocabulary

// message Gap { uint64 from = 1;  uint64 through = 2;  uint64 byte_count = 3;  string reason = 4; }
//
// Times are nanoseconds since the Unix epoch.
extension GapRecord {
    static let schema = MessageSchema(
        "Gap",
        [
            .init(1, "from", .uint64), .init(2, "through", .uint64),
            .init(3, "byte_count", .uint64), .init(4, "reason", .string),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, from.nanoseconds)
        out.field(2, through.nanoseconds)
        out.field(3, byteCount)
        out.field(4, reason)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(from: .epoch, through: .epoch, byteCount: 0, reason: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: from = Instant(nanoseconds: value.unsigned)
            case 2: through = Instant(nanoseconds: value.unsigned)
            case 3: byteCount = value.unsigned
            case 4: reason = value.text(in: bytes)
            default: break
            }
        }
    }
}
