// message Notice { string topic = 1;  string text = 2;  repeated Header values = 3; }
extension NoticeRecord {
    static let schema = MessageSchema(
        "Notice",
        [
            .init(1, "topic", .string), .init(2, "text", .string),
            .init(3, "values", .message("Header"), isRepeated: true),
        ]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, topic)
        out.field(2, text)
        for value in values { out.message(3) { value.encode(into: &$0) } }
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(topic: "", text: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: topic = value.text(in: bytes)
            case 2: text = value.text(in: bytes)
            case 3: values.append(try HeaderField(decoding: value.range, in: bytes))
            default: break
            }
        }
    }
}
