internal import Vocabulary

// message LegProgress {
//   uint64 received = 1;  uint64 written = 2;  uint64 acknowledged = 3;  uint64 unsent = 4;
//   bool known = 5;
// }
// message Progress { uint64 connection = 1;  LegProgress downstream = 2;  LegProgress upstream = 3;
// }
extension LegProgress {
    static let schema = MessageSchema(
        "LegProgress",
        [
            .init(1, "received", .uint64), .init(2, "written", .uint64),
            .init(3, "acknowledged", .uint64), .init(4, "unsent", .uint64),
            .init(5, "known", .bool),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, received)
        out.field(2, written)
        out.field(3, acknowledged)
        out.field(4, unsent)
        out.field(5, isKnown)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init()
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: received = value.unsigned
            case 2: written = value.unsigned
            case 3: acknowledged = value.unsigned
            case 4: unsent = value.unsigned
            case 5: isKnown = value.isTrue
            default: break
            }
        }
    }
}

extension ProgressRecord {
    static let schema = MessageSchema(
        "Progress",
        [
            .init(1, "connection", .uint64), .init(2, "downstream", .message("LegProgress")),
            .init(3, "upstream", .message("LegProgress")),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.message(2) { downstream.encode(into: &$0) }
        out.message(3) { upstream.encode(into: &$0) }
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(
            connection: ConnectionID(rawValue: 0),
            downstream: LegProgress(),
            upstream: LegProgress()
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: downstream = try LegProgress(decoding: value.range, in: bytes)
            case 3: upstream = try LegProgress(decoding: value.range, in: bytes)
            default: break
            }
        }
    }
}
