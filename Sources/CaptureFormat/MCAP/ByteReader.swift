/// Reads MCAP's fixed-width fields from a span; every length is checked before it is believed.
struct ByteReader {
    private(set) var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// What is left of the range.
    var rest: Range<Int> { position..<end }

    mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type,
        _ field: String,
        in bytes: RawSpan
    ) throws(CaptureFormatError) -> Number {
        guard end - position >= MemoryLayout<Number>.size else { throw .truncated(field: field) }
        // Safety: the guard keeps the load inside the range, which the span covers.
        let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: Number.self)
        position += MemoryLayout<Number>.size
        return Number(littleEndian: value)
    }

    mutating func run(
        byteCount: UInt64,
        _ field: String
    ) throws(CaptureFormatError) -> Range<Int> {
        guard byteCount <= UInt64(end - position) else { throw .truncated(field: field) }
        let range = position..<position + Int(byteCount)
        position = range.upperBound
        return range
    }

    mutating func string(_ field: String, in bytes: RawSpan) throws(CaptureFormatError) -> String {
        let length = try integer(UInt32.self, field, in: bytes)
        let range = try run(byteCount: UInt64(length), field)
        // Safety: the span covers the range that `run` checked.
        return unsafe bytes.extracting(range).withUnsafeBytes {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }

    mutating func map(
        _ field: String,
        in bytes: RawSpan
    ) throws(CaptureFormatError) -> [(String, String)] {
        let length = try integer(UInt32.self, field, in: bytes)
        let range = try run(byteCount: UInt64(length), field)
        var inner = ByteReader(range)
        var pairs: [(String, String)] = []
        while !inner.rest.isEmpty {
            let key = try inner.string(field, in: bytes)
            pairs.append((key, try inner.string(field, in: bytes)))
        }
        return pairs
    }
}
