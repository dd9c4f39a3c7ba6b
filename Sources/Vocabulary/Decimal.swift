extension [UInt8] {
    /// Appends a number in decimal digits, with zeros before it up to `width`.
    public mutating func append(decimal value: UInt64, width: Int = 1) {
        let start = count
        var rest = value
        while rest > 0 || count - start < width {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        var (low, high) = (start, count - 1)
        while low < high {
            swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
