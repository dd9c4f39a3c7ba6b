extension RawSpan {
    /// The bytes, copied.
    var copied: [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
