/// A growing run of bytes that is filled, written out and used again.
///
/// Storage is kept between uses, so that a relay at work allocates nothing for a record.
@safe
public struct ByteWriter: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    /// How many bytes have been written.
    public private(set) var count = 0

    /// Creates a writer.
    ///
    /// - Parameter capacity: Bytes that fit before storage grows.
    public init(capacity: Int = 4096) {
        // Safety: owned by this value alone (`~Copyable`) and freed in `deinit`.
        unsafe storage = .allocate(byteCount: max(capacity, 64), alignment: 16)
    }

    deinit {
        // Safety: nobody else holds the storage.
        unsafe storage.deallocate()
    }

    /// Forgets everything from `count` on; storage stays.
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "truncate to \(count) of \(self.count)")
        self.count = count
    }

    /// Makes room for `byteCount` more bytes.
    @inline(__always)
    public mutating func reserve(_ byteCount: Int) {
        precondition(byteCount >= 0, "reserve of a negative number of bytes")
        // Safety: reading a count.
        if unsafe byteCount > storage.count - count { grow(by: byteCount) }
    }

    @inline(never)
    private mutating func grow(by byteCount: Int) {
        // Safety: memory that is copied into before it is read; both buffers hold at least `count`
        // bytes and do not overlap.
        let grown = unsafe UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + byteCount, storage.count * 2),
            alignment: 16
        )
        unsafe grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        unsafe storage.deallocate()
        unsafe storage = grown
    }

    /// Appends a byte.
    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        store(byte)
    }

    /// Appends an integer, least significant byte first.
    @inline(__always)
    public mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        reserve(MemoryLayout<Value>.size)
        store(value.littleEndian)
    }

    /// Appends a Protobuf varint: seven bits a byte, least significant first.
    @inline(__always)
    public mutating func append(varint value: UInt64) {
        reserve(10)
        var rest = value
        while rest >= 0x80 {
            store(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        store(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends a run of bytes.
    @inline(__always)
    public mutating func append(_ bytes: RawSpan) {
        let added = bytes.byteCount
        guard added > 0 else { return }
        reserve(added)
        // Safety: `reserve` made room for the whole run.
        unsafe bytes.withUnsafeBytes { source in
            guard let from = source.baseAddress, let to = unsafe storage.baseAddress else {
                preconditionFailure("bytes without a place")
            }
            unsafe (to + count).copyMemory(from: from, byteCount: added)
        }
        count += added
    }

    /// Appends a run of bytes.
    public mutating func append(_ bytes: [UInt8]) {
        // Safety: bytes have no padding, so all of their memory is initialised.
        append(unsafe bytes.span.bytes)
    }

    /// Appends a string's UTF-8 without a length.
    public mutating func append(utf8 text: String) {
        append(Array(text.utf8))
    }

    /// Appends what `body` writes through a cursor: for runs of fields whose room is known before.
    ///
    /// - Parameters:
    ///   - byteCountMax: So many bytes at most.
    ///   - body: Writes them.
    @inline(__always)
    mutating func append(upTo byteCountMax: Int, _ body: (inout ByteCursor) -> Void) {
        reserve(byteCountMax)
        // Safety: reading an address.
        guard let base = unsafe storage.baseAddress else { preconditionFailure("no storage") }
        // Safety: `reserve` made room, and the cursor is held against the end of it.
        var cursor = unsafe ByteCursor(base + count, byteCount: byteCountMax)
        body(&cursor)
        count += cursor.finish()
    }

    /// Overwrites an integer that was appended before, least significant byte first.
    public mutating func overwrite<Value: FixedWidthInteger>(
        at offset: Int,
        littleEndian value: Value
    ) {
        precondition(
            offset >= 0 && offset + MemoryLayout<Value>.size <= count,
            "overwrite at \(offset)"
        )
        // Safety: the precondition keeps the store inside what was written.
        unsafe storage.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Value.self)
    }

    /// Hands out what was written, from `start` on, for as long as `body` runs.
    public borrowing func withBytes<Result, Failure: Error>(
        from start: Int = 0,
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(start >= 0 && start <= count, "bytes from \(start) of \(count)")
        // Safety: the span ends with `count`, and `self` is borrowed while `body` runs.
        let written = unsafe UnsafeRawBufferPointer(rebasing: storage[start..<count])
        return try unsafe body(written.bytes)
    }

    /// What was written, copied.
    public borrowing func copy() -> [UInt8] {
        withBytes { bytes in
            unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        }
    }

    @inline(__always)
    private mutating func store<Value: FixedWidthInteger>(_ value: Value) {
        // Safety: every caller has reserved room for this value.
        unsafe storage.storeBytes(of: value, toByteOffset: count, as: Value.self)
        count += MemoryLayout<Value>.size
    }
}
