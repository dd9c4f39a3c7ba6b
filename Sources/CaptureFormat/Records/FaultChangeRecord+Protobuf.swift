// message FaultChange {
//   string action = 1;  string fault = 2;  string type = 3;  string stream = 4;
//   string toxicity = 5;  repeated Header attributes = 6;  uint64 seed = 7;  string source = 8;
// }
extension FaultChangeRecord {
    static let schema = MessageSchema(
        "FaultChange",
        [
            .init(1, "action", .string), .init(2, "fault", .string), .init(3, "type", .string),
            .init(4, "stream", .string), .init(5, "toxicity", .string),
            .init(6, "attributes", .message("Header"), isRepeated: true),
            .init(7, "seed", .uint64), .init(8, "source", .string),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, action)
        out.field(2, fault)
        out.field(3, type)
        out.field(4, stream)
        out.field(5, toxicity)
        for attribute in attributes { out.message(6) { attribute.encode(into: &$0) } }
        out.field(7, seed)
        out.field(8, source)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(action: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: action = value.text(in: bytes)
            case 2: fault = value.text(in: bytes)
            case 3: type = value.text(in: bytes)
            case 4: stream = value.text(in: bytes)
            case 5: toxicity = value.text(in: bytes)
            case 6: attributes.append(try HeaderField(decoding: value.range, in: bytes))
            case 7: seed = value.unsigned
            case 8: source = value.text(in: bytes)
            default: break
            }
        }
    }
}
