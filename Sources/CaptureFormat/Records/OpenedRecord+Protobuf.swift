internal import Vocabulary

// message Opened {
//   uint64 connection = 1;  Leg leg = 2;  string local = 3;  string remote = 4;  string target = 5;
//   string announced = 6;  bytes preface = 7;
// }
extension OpenedRecord {
    static let schema = MessageSchema(
        "Opened",
        [
            .init(1, "connection", .uint64), .init(2, "leg", .enumeration("Leg")),
            .init(3, "local", .string), .init(4, "remote", .string), .init(5, "target", .string),
            .init(6, "announced", .string), .init(7, "preface", .bytes),
        ]
    )
    static let legSchema = EnumerationSchema("Leg", ["LEG_UNKNOWN", "DOWNSTREAM", "UPSTREAM"])

    func encode(into out: inout ByteWriter) {
        out.field(1, connection.rawValue)
        out.field(2, UInt64(leg.rawValue))
        out.field(3, local)
        out.field(4, remote)
        out.field(5, target)
        out.field(6, announced)
        out.field(7, preface)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(connection: ConnectionID(rawValue: 0), leg: .downstream, local: "", remote: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2:
                guard let known = Leg(rawValue: UInt8(clamping: value.unsigned)) else {
                    throw .unknownEnumerator("\(DescriptorSet.package).Leg")
                }
                leg = known
            case 3: local = value.text(in: bytes)
            case 4: remote = value.text(in: bytes)
            case 5: target = value.text(in: bytes)
            case 6: announced = value.text(in: bytes)
            case 7: preface = value.copy(from: bytes)
            default: break
            }
        }
    }
}
