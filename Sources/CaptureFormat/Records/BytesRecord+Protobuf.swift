internal import Vocabulary

// message Bytes {
//   uint64 connection = 1;  uint64 offset = 2;  Kind kind = 3;  bytes data = 4;
//   repeated Blanked blanked = 5;   // runs of data that were blanked
// }
// message Blanked { uint64 start = 1;  uint64 length = 2; }
extension BytesRecord {
    static let schema = MessageSchema(
        "Bytes",
        [
            .init(1, "connection", .uint64), .init(2, "offset", .uint64),
            .init(3, "kind", .enumeration("BytesKind")), .init(4, "data", .bytes),
            .init(5, "blanked", .message("Blanked"), isRepeated: true),
        ]
    )
    static let blankedSchema = MessageSchema(
        "Blanked",
        [.init(1, "start", .uint64), .init(2, "length", .uint64)]
    )
    static let kindSchema = EnumerationSchema(
        "BytesKind",
        ["BYTES_KIND_UNKNOWN", "HEAD", "BODY", "EARLY", "OPAQUE"]
    )

    func encode(into out: inout ByteWriter, bytes: RawSpan) {
        out.field(1, connection.rawValue)
        out.field(2, offset)
        out.field(3, UInt64(kind.rawValue))
        out.run(4, bytes.extracting(data))
        for run in blanked {
            out.message(5) { inner in
                inner.field(1, UInt64(run.lowerBound))
                inner.field(2, UInt64(run.count))
            }
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
            case 5: blanked.append(try Self.blankedRun(value.range, in: bytes))
            default: break
            }
        }
        guard connection.rawValue != 0 else { throw .invalidValue(field: "connection") }
    }

    private static func blankedRun(
        _ range: Range<Int>,
        in bytes: RawSpan
    ) throws(CaptureFormatError) -> Range<Int> {
        var reader = ProtobufReader(range)
        var start: UInt64 = 0
        var length: UInt64 = 0
        while let (field, value) = try reader.next(in: bytes) {
            if field == 1 { start = value.unsigned }
            if field == 2 { length = value.unsigned }
        }
        let (end, overflow) = start.addingReportingOverflow(length)
        guard !overflow, let upper = Int(exactly: end), let lower = Int(exactly: start) else {
            throw .invalidValue(field: "blanked")
        }
        return lower..<upper
    }
}
