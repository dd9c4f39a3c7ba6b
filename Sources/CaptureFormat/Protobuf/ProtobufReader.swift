/// Walks the fields of one Protobuf message without copying.
///
/// Unknown fields are stepped over, as Protobuf demands; groups (wire types 3 and 4) are refused.
struct ProtobufReader {
    /// One field's value.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// A range of the span that is being read.
        case bytes(Range<Int>)
    }

    private var position: Int
    private let end: Int

    /// Reads the message that stands at `range`.
    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or `nil` at the end of the message.
    mutating func next(
        in bytes: RawSpan
    ) throws(CaptureFormatError) -> (field: UInt64, value: Value)? {
        guard position < end else { return nil }
        let tag = try varint(in: bytes)
        switch tag & 7 {
        case 0:
            return (tag >> 3, .varint(try varint(in: bytes)))
        case 1:
            return (tag >> 3, .fixed64(try fixed(UInt64.self, in: bytes)))
        case 2:
            let count = try varint(in: bytes)
            guard count <= UInt64(end - position) else { throw .truncated(field: "\(tag >> 3)") }
            let range = position..<position + Int(count)
            position = range.upperBound
            return (tag >> 3, .bytes(range))
        case 5:
            return (tag >> 3, .fixed32(try fixed(UInt32.self, in: bytes)))
        default:
            throw .malformedProtobuf(detail: "wire type \(tag & 7)")
        }
    }

    private mutating func varint(in bytes: RawSpan) throws(CaptureFormatError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            // Safety: `position` is below `end`, which the span covers; the load checks it again.
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 64 else { throw .malformedProtobuf(detail: "varint of over ten bytes") }
        }
        throw .truncated(field: "varint")
    }

    private mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type,
        in bytes: RawSpan
    ) throws(CaptureFormatError) -> Number {
        guard end - position >= MemoryLayout<Number>.size else { throw .truncated(field: "fixed") }
        // Safety: the guard keeps the load inside the message.
        let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: Number.self)
        position += MemoryLayout<Number>.size
        return Number(littleEndian: value)
    }
}

extension ProtobufReader.Value {
    var unsigned: UInt64 {
        switch self {
        case .varint(let value), .fixed64(let value): value
        case .fixed32(let value): UInt64(value)
        case .bytes: 0
        }
    }

    var isTrue: Bool { unsigned != 0 }

    var range: Range<Int> {
        if case .bytes(let range) = self { range } else { 0..<0 }
    }

    func text(in bytes: RawSpan) -> String {
        String(decoding: copy(from: bytes), as: UTF8.self)
    }

    func copy(from bytes: RawSpan) -> [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe bytes.extracting(range).withUnsafeBytes { unsafe Array($0) }
    }
}
