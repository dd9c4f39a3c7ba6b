/// Writes fields one behind the other into room that was reserved for all of them.
///
/// One check at the end stands for a check at each field: the room is computed from the same values that
/// are written.
@safe
struct ByteCursor: ~Copyable {
    private let start: UnsafeMutableRawPointer
    private let byteCountMax: Int
    private var count = 0

    /// Stands at the first byte of the room.
    init(_ start: UnsafeMutableRawPointer, byteCount: Int) {
        // Safety: the caller says how much room there is, and every store counts.
        unsafe self.start = start
        byteCountMax = byteCount
    }

    /// How many bytes were written.
    @inline(__always)
    consuming func finish() -> Int {
        precondition(count <= byteCountMax, "\(count) bytes in room for \(byteCountMax)")
        return count
    }

    /// Writes an integer, least significant byte first.
    @inline(__always)
    mutating func put<Value: FixedWidthInteger>(_ value: Value) {
        // Safety: the room's owner has counted this value.
        unsafe start.storeBytes(of: value.littleEndian, toByteOffset: count, as: Value.self)
        count += MemoryLayout<Value>.size
    }

    /// Writes a Protobuf varint.
    @inline(__always)
    mutating func put(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        put(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes a varint field with a tag of one byte; zero is left out.
    @inline(__always)
    mutating func field(_ number: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        put(number << 3)
        put(varint: value)
    }

    /// Writes a bytes field with a tag of one byte; no bytes are left out.
    @inline(__always)
    mutating func field(_ number: UInt8, _ bytes: RawSpan) {
        guard bytes.byteCount > 0 else { return }
        put(number << 3 | 2)
        put(varint: UInt64(bytes.byteCount))
        // A run that does not fit would overwrite what is behind the room: this alone is checked at once.
        precondition(bytes.byteCount <= byteCountMax - count, "a run without room")
        // Safety: the precondition, and the span covers what is copied.
        unsafe bytes.withUnsafeBytes { source in
            guard let from = source.baseAddress else { return }
            unsafe (start + count).copyMemory(from: from, byteCount: source.count)
        }
        count += bytes.byteCount
    }
}
