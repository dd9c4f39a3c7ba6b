extension RawSpan {
    /// The byte at `offset`, bounds-checked.
    @inlinable
    @inline(__always)
    public func byte(at offset: Int) -> UInt8 {
        // Safety: any bit pattern is a `UInt8`; the load itself checks the bounds.
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
