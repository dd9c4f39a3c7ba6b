// message Mark { string label = 1;  string source = 2; }
extension MarkRecord {
    static let schema = MessageSchema(
        "Mark",
        [.init(1, "label", .string), .init(2, "source", .string)]
    )

    func encode(into out: inout ByteWriter) {
        out.field(1, label)
        out.field(2, source)
    }

    init(decoding range: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        self.init(label: "")
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: label = value.text(in: bytes)
            case 2: source = value.text(in: bytes)
            default: break
            }
        }
    }
}
