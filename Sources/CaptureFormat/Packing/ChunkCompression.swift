/// How the records of a chunk are compressed; the raw value is the name that MCAP's registry has for it.
public enum ChunkCompression: String, Sendable, CaseIterable {
    /// Zstandard frames (RFC 8878).
    case zstd
    /// LZ4 frames: the frame format, not bare blocks.
    case lz4

    /// The levels that a writer can choose from, fastest first.
    public var levels: ClosedRange<Int> {
        switch self {
        case .zstd: 1...22
        case .lz4: 1...12
        }
    }

    /// The level that is taken when none is named.
    public var defaultLevel: Int {
        switch self {
        case .zstd: 3
        case .lz4: 1
        }
    }
}
