internal import Vocabulary

// message Blanked { uint64 start = 1;  uint64 length = 2;  BlankedReason reason = 3; }
extension BlankedRun {
    static let schema = MessageSchema(
        "Blanked",
        [
            .init(1, "start", .uint64), .init(2, "length", .uint64),
            .init(3, "reason", .enumeration("BlankedReason")),
        ]
    )
    static let reasonSchema = EnumerationSchema(
        "BlankedReason",
        ["SECRET", "UNREADABLE", "ENCODED"]
    )

    /// How many bytes ``encode(into:)`` will write; never none, because a run is never empty.
    func encodedByteCount() -> Int {
        var total = 1 + ByteWriter.varintByteCount(UInt64(range.count))
        if range.lowerBound != 0 {
            total += 1 + ByteWriter.varintByteCount(UInt64(range.lowerBound))
        }
        if reason != .secret { total += 2 }
        return total
    }

    func encode(into out: inout ByteWriter) {
        out.field(1, UInt64(range.lowerBound))
        out.field(2, UInt64(range.count))
        out.field(3, UInt64(reason.rawValue))
    }

    init(decoding body: Range<Int>, in bytes: RawSpan) throws(CaptureFormatError) {
        var reader = ProtobufReader(body)
        var start: UInt64 = 0
        var length: UInt64 = 0
        var reason = Reason.secret
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: start = value.unsigned
            case 2: length = value.unsigned
            // A reason of a later version: nothing may be concluded from the bytes.
            case 3: reason = Reason(rawValue: UInt8(clamping: value.unsigned)) ?? .unreadable
            default: break
            }
        }
        let (end, overflow) = start.addingReportingOverflow(length)
        guard !overflow, let upper = Int(exactly: end), let lower = Int(exactly: start) else {
            throw .invalidValue(field: "blanked")
        }
        self.init(lower..<upper, reason)
    }
}
