extension RawSpan {
    /// The byte at `offset`, bounds-checked.
    @inline(__always)
    func octet(_ offset: Int) -> UInt8 {
        // Safety: any bit pattern is a `UInt8`; the load itself checks the bounds.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Two bytes in network order, bounds-checked.
    @inline(__always)
    func word(_ offset: Int) -> UInt16 {
        // Safety: as above, for a `UInt16`.
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Four bytes in network order, bounds-checked.
    @inline(__always)
    func long(_ offset: Int) -> UInt32 {
        // Safety: as above, for a `UInt32`.
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Eight bytes in network order, bounds-checked.
    @inline(__always)
    func quad(_ offset: Int) -> UInt64 {
        // Safety: as above, for a `UInt64`.
        unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The bytes, copied.
    var bytes: [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
