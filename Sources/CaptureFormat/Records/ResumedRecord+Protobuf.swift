internal import Vocabulary

// message Resumed {
//   uint64 connection = 1;  Opened downstream = 2;  Opened upstream = 3;  Handshake handshake = 4;
//   ResumedFlow client_to_server = 5;  ResumedFlow server_to_client = 6;  Progress progress = 7;
// }
// message ResumedFlow {
//   uint64 offset = 1;  uint64 frame = 2;  bool inside_frame = 3;  bool inside_message = 4;
//   bool closed = 5;
// }
extension ResumedRecord {
    static let schema = MessageSchema(
        "Resumed",
        [
            .init(1, "connection", .uint64), .init(2, "downstream", .message("Opened")),
            .init(3, "upstream", .message("Opened")), .init(4, "handshake", .message("Handshake")),
            .init(5, "client_to_server", .message("ResumedFlow")),
            .init(6, "server_to_client", .message("ResumedFlow")),
            .init(7, "progress", .message("Progress")),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.message(2) { downstream.encode(into: &$0) }
        if let upstream { out.message(3) { upstream.encode(into: &$0) } }
        if let handshake { out.message(4) { handshake.encode(into: &$0) } }
        out.message(5) { clientToServer.encode(into: &$0) }
        out.message(6) { serverToClient.encode(into: &$0) }
        out.message(7) { progress.encode(into: &$0) }
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        let nobody = ConnectionID(rawValue: 0)
        self.init(
            connection: nobody,
            downstream: OpenedRecord(connection: nobody, leg: .downstream, local: "", remote: ""),
            clientToServer: ResumedFlow(),
            serverToClient: ResumedFlow(),
            progress: ProgressRecord(
                connection: nobody,
                downstream: LegProgress(),
                upstream: LegProgress()
            )
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: downstream = try OpenedRecord(decoding: value.range, in: bytes)
            case 3: upstream = try OpenedRecord(decoding: value.range, in: bytes)
            case 4: handshake = try HandshakeRecord(decoding: value.range, in: bytes)
            case 5: clientToServer = try ResumedFlow(decoding: value.range, in: bytes)
            case 6: serverToClient = try ResumedFlow(decoding: value.range, in: bytes)
            case 7: progress = try ProgressRecord(decoding: value.range, in: bytes)
            default: break
            }
        }
        guard connection.rawValue != 0 else { throw .invalidValue(field: "connection") }
    }
}

extension ResumedFlow {
    static let schema = MessageSchema(
        "ResumedFlow",
        [
            .init(1, "offset", .uint64), .init(2, "frame", .uint64),
            .init(3, "inside_frame", .bool), .init(4, "inside_message", .bool),
            .init(5, "closed", .bool),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, offset)
        out.field(2, frame)
        out.field(3, isInsideFrame)
        out.field(4, isInsideMessage)
        out.field(5, isClosed)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init()
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: offset = value.unsigned
            case 2: frame = value.unsigned
            case 3: isInsideFrame = value.isTrue
            case 4: isInsideMessage = value.isTrue
            case 5: isClosed = value.isTrue
            default: break
            }
        }
    }
}
