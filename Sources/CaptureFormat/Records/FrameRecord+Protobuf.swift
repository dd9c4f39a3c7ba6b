internal import Vocabulary

// message Frame {
//   uint64 connection = 1;  uint64 frame = 2;  uint32 part = 3;  bool last = 4;
//   uint64 offset = 5;      bool reread = 6;   bytes header = 7; bytes payload = 8;
//   repeated Blanked blanked = 9;   // runs of payload that were blanked
// }
//
// The direction is the capture channel's.
extension FrameRecord {
    static let schema = MessageSchema(
        "Frame",
        [
            .init(1, "connection", .uint64), .init(2, "frame", .uint64), .init(3, "part", .uint32),
            .init(4, "last", .bool), .init(5, "offset", .uint64), .init(6, "reread", .bool),
            .init(7, "header", .bytes), .init(8, "payload", .bytes),
            .init(9, "blanked", .message("Blanked"), isRepeated: true),
        ]
    )

    /// How many bytes ``encode(into:bytes:)`` will write: lengths come before contents in Protobuf,
    /// and
    /// this avoids both a second buffer and moving the payload.
    @inline(__always)
    func encodedByteCount() -> Int {
        var total = 1 + ByteWriter.varintByteCount(connection.rawValue)
        total += 1 + ByteWriter.varintByteCount(frame)
        if part != 0 { total += 1 + ByteWriter.varintByteCount(UInt64(part)) }
        if isLast { total += 2 }
        if offset != 0 { total += 1 + ByteWriter.varintByteCount(offset) }
        if isReread { total += 2 }
        if let runs { total += Self.byteCount(of: runs) }
        return total + Self.runByteCount(header.count) + Self.runByteCount(payload.count)
    }

    @inline(never)
    private static func byteCount(of blanked: [BlankedRun]) -> Int {
        blanked.reduce(0) { $0 + runByteCount($1.encodedByteCount()) }
    }

    @inline(__always)
    private static func runByteCount(_ count: Int) -> Int {
        count == 0 ? 0 : 1 + ByteWriter.varintByteCount(UInt64(count)) + count
    }

    @inline(__always)
    func encode(into out: inout ByteCursor, bytes: RawSpan) {
        out.field(1, connection.rawValue)
        out.field(2, frame)
        out.field(3, UInt64(part))
        out.field(4, isLast ? 1 : 0)
        out.field(5, offset)
        out.field(6, isReread ? 1 : 0)
        out.field(7, bytes.extracting(header))
        out.field(8, bytes.extracting(payload))
        if let runs { Self.encode(runs, into: &out) }
    }

    func encode(into out: inout ByteWriter, bytes: RawSpan) {
        out.append(upTo: encodedByteCount()) { encode(into: &$0, bytes: bytes) }
    }

    @inline(never)
    private static func encode(_ blanked: [BlankedRun], into out: inout ByteCursor) {
        for run in blanked {
            var body = ByteWriter(capacity: 64)
            run.encode(into: &body)
            body.withBytes { out.field(9, $0) }
        }
    }

    init(
        decoding range: Range<Int>,
        in bytes: RawSpan,
        direction: Direction
    ) throws(CaptureFormatError) {
        self.init(
            connection: ConnectionID(rawValue: 0),
            direction: direction,
            frame: 0,
            part: 0,
            isLast: false,
            offset: 0,
            header: 0..<0,
            payload: 0..<0
        )
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(in: bytes) {
            switch field {
            case 1: connection = ConnectionID(rawValue: value.unsigned)
            case 2: frame = value.unsigned
            case 3: part = UInt32(clamping: value.unsigned)
            case 4: isLast = value.isTrue
            case 5: offset = value.unsigned
            case 6: isReread = value.isTrue
            case 7: header = value.range
            case 8: payload = value.range
            case 9: blanked.append(try BlankedRun(decoding: value.range, in: bytes))
            default: break
            }
        }
        guard blanked.allSatisfy({ $0.range.upperBound <= payload.count }) else {
            throw .invalidValue(field: "blanked")
        }
        guard connection.rawValue != 0 else { throw .invalidValue(field: "connection") }
        guard frame != 0 else { throw .invalidValue(field: "frame") }
    }
}

extension ByteWriter {
    /// Appends a bytes field from a span; no bytes are left out.
    @inline(__always)
    mutating func run(_ number: UInt64, _ bytes: RawSpan) {
        guard bytes.byteCount > 0 else { return }
        append(varint: number << 3 | 2)
        append(varint: UInt64(bytes.byteCount))
        append(bytes)
    }
}
