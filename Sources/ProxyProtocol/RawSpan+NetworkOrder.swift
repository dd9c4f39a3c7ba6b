extension RawSpan {
    /// The byte at `offset`, bounds-checked.
    @inline(__always)
    func octet(_ offset: Int) -> UInt8 {
        // Safety: any bit pattern is a `UInt8`; the load itself checks the bounds.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// Two bytes in network order, bounds-checked.
    func word(_ offset: Int) -> UInt16 {
        UInt16(octet(offset)) << 8 | UInt16(octet(offset + 1))
    }

    /// A run of bytes, copied.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        range.map { octet($0) }
    }
}
