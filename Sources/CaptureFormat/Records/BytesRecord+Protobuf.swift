internal import Vocabulary

// message Bytes {
//   uint64 connection = 1;  uint64 offset = 2;  Kind kind = 3;  bytes data = 4;
//   repeated Blanked blanked = 5;   // runs of data that were blanked
// }
extension BytesRecord {
    static let schema = MessageSchema(
        "Bytes",
        [
            .init(1, "connection", .uint64), .init(2, "offset", .uint64),
            .init(3, "kind", .enumeration("BytesKind")), .init(4, "data", .bytes),
            .init(5, "blanked", .message("Blanked"), isRepeated: true),
        ]
    )
    static let kindSchema = EnumerationSchema(
        "BytesKind",
        ["BYTES_KIND_UNKNOWN", "HEAD", "BODY", "EARLY", "OPAQUE", "UNFRAMED"]
    )

    func encode(into out: inout ByteWriter, bytes: RawSpan) {
        out.field(1, connection.rawValue)
        out.field(2, offset)
        out.field(3, UInt64(kind.rawValue))
        out.run(4, bytes.extracting(data))
        for run in blanked {
            out.message(5) { BlankedRun(run, .secret).encode(into: &$0) }
        }
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
            kind: .opaque,
            data: 0..<0
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: offset = value.unsigned
            case 3: kind = Kind(rawValue: UInt8(clamping: value.unsigned)) ?? .opaque
            case 4: data = value.range
            case 5: blanked.append(try BlankedRun(decoding: value.range, in: bytes).range)
            default: break
            }
        }
        guard connection.rawValue != 0 else { throw .invalidValue(field: "connection") }
    }
}
