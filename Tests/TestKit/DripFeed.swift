/// Ways to cut a byte stream into buffers.
///
/// A streaming parser must not care which one it meets.
public enum DripFeed {
    /// The whole, every single byte, and every split in two; for long inputs a sample of the
    /// splits.
    ///
    /// - Parameters:
    ///   - bytes: The stream.
    ///   - splitCountMax: How many two-way splits to try at most, spread evenly.
    /// - Returns: The ways, each a list of buffers.
    public static func ways(_ bytes: [UInt8], splitCountMax: Int = 512) -> [[[UInt8]]] {
        guard bytes.count > 1 else { return [[bytes]] }
        let step = max(1, bytes.count / splitCountMax)
        let splits = stride(from: 1, to: bytes.count, by: step).map { cut in
            [Array(bytes[..<cut]), Array(bytes[cut...])]
        }
        return [[bytes], bytes.map { [$0] }] + splits
    }

    /// Puts bytes before and after each buffer that no parser may touch.
    ///
    /// - Returns: The guarded buffer and where its real bytes stand.
    public static func guarded(_ buffer: [UInt8]) -> (bytes: [UInt8], range: Range<Int>) {
        let guardBytes = [UInt8](repeating: 0xA5, count: 16)
        return (guardBytes + buffer + guardBytes, 16..<16 + buffer.count)
    }
}
