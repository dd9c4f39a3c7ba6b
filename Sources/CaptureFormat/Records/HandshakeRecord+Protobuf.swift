internal import Vocabulary

// message Handshake {
//   uint64 connection = 1;  bool accepted = 2;  string target = 3;  string host = 4;
//   uint32 status = 5;  string subprotocol = 6;  string extensions = 7;
//   repeated Header request_headers = 8;  repeated Header response_headers = 9;
//   repeated string problems = 10;
//   uint64 client_frames_start = 11;  uint64 server_frames_start = 12;
// }
// message Header { string name = 1;  string value = 2; }
extension HandshakeRecord {
    static let schema = MessageSchema(
        "Handshake",
        [
            .init(1, "connection", .uint64), .init(2, "accepted", .bool),
            .init(3, "target", .string), .init(4, "host", .string), .init(5, "status", .uint32),
            .init(6, "subprotocol", .string), .init(7, "extensions", .string),
            .init(8, "request_headers", .message("Header"), isRepeated: true),
            .init(9, "response_headers", .message("Header"), isRepeated: true),
            .init(10, "problems", .string, isRepeated: true),
            .init(11, "client_frames_start", .uint64), .init(12, "server_frames_start", .uint64),
        ]
    )

    /// The record as Protobuf, the smallest form to keep it in.
    public func encoded() -> [UInt8] {
        var out = ByteWriter(capacity: 1024)
        encode(into: &out)
        return out.copy()
    }

    /// Reads what ``encoded()`` has written.
    ///
    /// - Throws: ``CaptureFormatError``, when it is something else.
    public init(encoded: [UInt8]) throws(CaptureFormatError) {
        // Safety: bytes have no padding, so all of their memory is initialised.
        try self.init(decoding: 0..<encoded.count, in: unsafe encoded.span.bytes)
    }

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, isAccepted)
        out.field(3, target)
        out.field(4, host)
        out.field(5, UInt64(status))
        out.field(6, subprotocol)
        out.field(7, extensions)
        for header in requestHeaders { out.message(8) { header.encode(into: &$0) } }
        for header in responseHeaders { out.message(9) { header.encode(into: &$0) } }
        for problem in problems { out.field(10, problem) }
        out.field(11, clientFramesStart)
        out.field(12, serverFramesStart)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(
            connection: ConnectionID(rawValue: 0),
            isAccepted: false,
            target: "",
            host: "",
            status: 0
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: isAccepted = value.isTrue
            case 3: target = value.text(in: bytes)
            case 4: host = value.text(in: bytes)
            case 5: status = UInt32(clamping: value.unsigned)
            case 6: subprotocol = value.text(in: bytes)
            case 7: extensions = value.text(in: bytes)
            case 8: requestHeaders.append(try HeaderField(decoding: value.range, in: bytes))
            case 9: responseHeaders.append(try HeaderField(decoding: value.range, in: bytes))
            case 10: problems.append(value.text(in: bytes))
            case 11: clientFramesStart = value.unsigned
            case 12: serverFramesStart = value.unsigned
            default: break
            }
        }
    }
}

extension HeaderField {
    static let schema = MessageSchema(
        "Header",
        [.init(1, "name", .string), .init(2, "value", .string)]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, name)
        out.field(2, value)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(name: "", value: "")
        var reader = ProtobufReader(range)
        while let (field, content) = try reader.next(in: bytes) {
            if field == 1 { name = content.text(in: bytes) }
            if field == 2 { value = content.text(in: bytes) }
        }
    }
}
