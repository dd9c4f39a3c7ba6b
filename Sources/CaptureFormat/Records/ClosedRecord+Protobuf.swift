internal import Vocabulary

// message Closed {
//   uint64 connection = 1;  ClosedOrigin origin = 2;  ClosedCause cause = 3;
//   CloseFrame client_close = 4;  CloseFrame server_close = 5;  string detail = 6;
//   LegProgress downstream = 7;  LegProgress upstream = 8;
// }
// message CloseFrame { uint32 code = 1;  string reason = 2; }
extension ClosedRecord {
    static let schema = MessageSchema(
        "Closed",
        [
            .init(1, "connection", .uint64), .init(2, "origin", .enumeration("ClosedOrigin")),
            .init(3, "cause", .enumeration("ClosedCause")),
            .init(4, "client_close", .message("CloseFrame")),
            .init(5, "server_close", .message("CloseFrame")), .init(6, "detail", .string),
            .init(7, "downstream", .message("LegProgress")),
            .init(8, "upstream", .message("LegProgress")),
        ]
    )
    static let closeFrameSchema = MessageSchema(
        "CloseFrame",
        [.init(1, "code", .uint32), .init(2, "reason", .string)]
    )
    static let originSchema = EnumerationSchema(
        "ClosedOrigin",
        ["ORIGIN_UNKNOWN", "CLIENT", "SERVER", "PROXY"]
    )
    static let causeSchema = EnumerationSchema(
        "ClosedCause",
        [
            "CAUSE_UNKNOWN", "CLOSE_HANDSHAKE", "CLOSE_UNANSWERED", "FIN", "RESET",
            "UPSTREAM_REFUSED", "UPSTREAM_UNRESOLVED", "UPSTREAM_TIMEOUT", "HANDSHAKE_TIMEOUT",
            "SHUTDOWN", "CAPTURE_FAILURE", "FAILURE", "FAULT", "TLS_FAILURE",
            "PROXY_HEADER",
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, UInt64(origin.rawValue))
        out.field(3, UInt64(cause.rawValue))
        if let clientClose { out.message(4) { clientClose.encode(into: &$0) } }
        if let serverClose { out.message(5) { serverClose.encode(into: &$0) } }
        out.field(6, detail)
        out.message(7) { downstream.encode(into: &$0) }
        out.message(8) { upstream.encode(into: &$0) }
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(connection: ConnectionID(rawValue: 0), origin: .proxy, cause: .failure)
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: origin = Origin(rawValue: UInt8(clamping: value.unsigned)) ?? .proxy
            case 3: cause = Cause(rawValue: UInt8(clamping: value.unsigned)) ?? .failure
            case 4: clientClose = try CloseFrame(decoding: value.range, in: bytes)
            case 5: serverClose = try CloseFrame(decoding: value.range, in: bytes)
            case 6: detail = value.text(in: bytes)
            case 7: downstream = try LegProgress(decoding: value.range, in: bytes)
            case 8: upstream = try LegProgress(decoding: value.range, in: bytes)
            default: break
            }
        }
    }
}

extension ClosedRecord.CloseFrame {
    func encode(into out: inout ByteWriter) {
        out.field(1, UInt64(code))
        out.field(2, reason)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(code: 0, reason: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            if field == 1 { code = UInt16(clamping: value.unsigned) }
            if field == 2 { reason = value.text(in: bytes) }
        }
    }
}
