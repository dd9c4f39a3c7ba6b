/// What the head of a chunk says of the records behind it.
public struct ChunkHead: Equatable, Sendable {
    /// How the records are compressed; `nil` when they stand as they are.
    public var compression: ChunkCompression?
    /// Bytes of the file that the records take, as far as the file goes.
    public var storedByteCount: UInt64
    /// Bytes of the records when unpacked, as the head says.
    public var byteCount: UInt64
    /// Whether the file ends before the chunk does.
    public var isCutShort: Bool

    /// Describes a chunk.
    public init(
        compression: ChunkCompression?,
        storedByteCount: UInt64,
        byteCount: UInt64,
        isCutShort: Bool
    ) {
        self.compression = compression
        self.storedByteCount = storedByteCount
        self.byteCount = byteCount
        self.isCutShort = isCutShort
    }
}
