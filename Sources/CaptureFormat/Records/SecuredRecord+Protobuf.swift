internal import Vocabulary

// message Secured {
//   uint64 connection = 1;  Leg leg = 2;  string version = 3;  string application_protocol = 4;
//   string server_name = 5;  string peer = 6;  bool verified = 7;
// }
extension SecuredRecord {
    static let schema = MessageSchema(
        "Secured",
        [
            .init(1, "connection", .uint64), .init(2, "leg", .enumeration("Leg")),
            .init(3, "version", .string), .init(4, "application_protocol", .string),
            .init(5, "server_name", .string), .init(6, "peer", .string),
            .init(7, "verified", .bool),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, UInt64(leg.rawValue))
        out.field(3, version)
        out.field(4, applicationProtocol)
        out.field(5, serverName)
        out.field(6, peer)
        out.field(7, isVerified ? 1 : 0)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(connection: ConnectionID(rawValue: 0), leg: .downstream, version: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2:
                guard let known = Leg(rawValue: UInt8(clamping: value.unsigned)) else {
                    throw .unknownEnumerator("\(DescriptorSet.package).Leg")
                }
                leg = known
            case 3: version = value.text(in: bytes)
            case 4: applicationProtocol = value.text(in: bytes)
            case 5: serverName = value.text(in: bytes)
            case 6: peer = value.text(in: bytes)
            case 7: isVerified = value.unsigned != 0
            default: break
            }
        }
    }
}
