internal import Vocabulary

// message Gap {
//   uint64 from = 1;  uint64 through = 2;  uint64 byte_count = 3;  string reason = 4;
//   bool open = 5;    uint64 frame_count = 6;  repeated MissingFrames runs = 7;
//   uint64 stream_byte_count = 8;
// }
// message MissingFrames {
//   uint64 connection = 1;  Direction direction = 2;  uint64 first = 3;  uint64 last = 4;
// }
// enum Direction { DIRECTION_UNKNOWN = 0;  CLIENT_TO_SERVER = 1;  SERVER_TO_CLIENT = 2; }
//
// Times are nanoseconds since the Unix epoch.
extension GapRecord {
    static let schema = MessageSchema(
        "Gap",
        [
            .init(1, "from", .uint64), .init(2, "through", .uint64),
            .init(3, "byte_count", .uint64), .init(4, "reason", .string),
            .init(5, "open", .bool), .init(6, "frame_count", .uint64),
            .init(7, "runs", .message("MissingFrames"), isRepeated: true),
            .init(8, "stream_byte_count", .uint64),
        ]
    )
    static let directionSchema = EnumerationSchema(
        "Direction",
        ["DIRECTION_UNKNOWN", "CLIENT_TO_SERVER", "SERVER_TO_CLIENT"]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, from.nanoseconds)
        out.field(2, through.nanoseconds)
        out.field(3, byteCount)
        out.field(4, reason)
        out.field(5, isOpen)
        out.field(6, frameCount)
        for run in runs { out.message(7) { run.encode(into: &$0) } }
        out.field(8, streamByteCount)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(from: .epoch, through: .epoch, reason: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: from = Instant(nanoseconds: value.unsigned)
            case 2: through = Instant(nanoseconds: value.unsigned)
            case 3: byteCount = value.unsigned
            case 4: reason = value.text(in: bytes)
            case 5: isOpen = value.isTrue
            case 6: frameCount = value.unsigned
            case 7: runs.append(try Run(decoding: value.range, in: bytes))
            case 8: streamByteCount = value.unsigned
            default: break
            }
        }
    }
}

extension GapRecord.Run {
    static let schema = MessageSchema(
        "MissingFrames",
        [
            .init(1, "connection", .uint64), .init(2, "direction", .enumeration("Direction")),
            .init(3, "first", .uint64), .init(4, "last", .uint64),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, UInt64(direction.rawValue))
        out.field(3, first)
        out.field(4, last)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(
            connection: ConnectionID(rawValue: 0),
            direction: .clientToServer,
            first: 0,
            last: 0
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2:
                guard let known = Direction(rawValue: UInt8(clamping: value.unsigned)) else {
                    throw .unknownEnumerator("\(DescriptorSet.package).Direction")
                }
                direction = known
            case 3: first = value.unsigned
            case 4: last = value.unsigned
            default: break
            }
        }
    }
}
