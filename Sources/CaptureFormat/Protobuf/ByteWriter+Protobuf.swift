extension ByteWriter {
    /// Appends a varint field; zero is Protobuf's default and is left out.
    @inline(__always)
    mutating func field(_ number: UInt64, _ value: UInt64) {
        guard value != 0 else { return }
        append(varint: number << 3)
        append(varint: value)
    }

    /// Appends a bool field; `false` is left out.
    @inline(__always)
    mutating func field(_ number: UInt64, _ value: Bool) {
        field(number, value ? 1 : 0)
    }

    /// Appends a string field; the empty string is left out.
    mutating func field(_ number: UInt64, _ value: String) {
        field(number, Array(value.utf8))
    }

    /// Appends a bytes field; no bytes are left out.
    mutating func field(_ number: UInt64, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        append(varint: number << 3 | 2)
        append(varint: UInt64(value.count))
        append(value)
    }

    /// Appends an embedded message, empty or not.
    mutating func message(_ number: UInt64, _ body: (inout ByteWriter) -> Void) {
        var inner = ByteWriter(capacity: 256)
        body(&inner)
        append(varint: number << 3 | 2)
        append(varint: UInt64(inner.count))
        inner.withBytes { append($0) }
    }

    /// How many bytes a varint takes.
    @inline(__always)
    static func varintByteCount(_ value: UInt64) -> Int {
        // A varint holds 7 bits a byte; 0 takes one.
        (63 - (value | 1).leadingZeroBitCount) / 7 + 1
    }
}
