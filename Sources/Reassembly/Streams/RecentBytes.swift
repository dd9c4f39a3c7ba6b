/// The bytes of a flow that were handed on last, to compare what is sent again with.
struct RecentBytes {
    /// At least so many are known, and up to twice as many are held.
    static let byteCountMin = 8 << 10

    private var bytes: [UInt8] = []
    /// Where the first of them stands.
    private var base: UInt64 = 0

    /// Takes bytes that were handed on.
    mutating func append(_ run: RawSpan, at offset: UInt64) {
        if offset != base + UInt64(bytes.count) {
            bytes.removeAll(keepingCapacity: true)
            base = offset
        }
        // Safety: the bytes are copied before the closure returns.
        unsafe run.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        guard bytes.count > 2 * Self.byteCountMin else { return }
        let surplus = bytes.count - Self.byteCountMin
        bytes.removeFirst(surplus)
        base += UInt64(surplus)
    }

    /// Compares bytes that came again with those that were handed on.
    ///
    /// - Returns: From the first to the last byte that differs, as far as they are still known.
    func difference(_ run: RawSpan, at offset: UInt64) -> Range<UInt64>? {
        let start = max(offset, base)
        let end = min(offset + UInt64(run.byteCount), base + UInt64(bytes.count))
        guard start < end else { return nil }
        var found: Range<UInt64>?
        for position in start..<end
        where bytes[Int(position - base)] != run.octet(Int(position - offset)) {
            found = (found?.lowerBound ?? position)..<position + 1
        }
        return found
    }
}
