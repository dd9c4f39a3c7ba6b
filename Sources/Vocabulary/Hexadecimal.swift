extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    public var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return byte < 0x10 ? "0\(digits)" : digits
        }
        .joined()
    }
}
