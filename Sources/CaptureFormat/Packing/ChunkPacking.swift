/// How a writer compresses chunks: the algorithm and how hard it tries.
public struct ChunkPacking: Equatable, Sendable {
    /// The algorithm.
    public let compression: ChunkCompression
    /// How hard it tries, within ``ChunkCompression/levels``.
    public let level: Int

    /// Chooses an algorithm; `nil` when it has no such level.
    ///
    /// - Parameters:
    ///   - compression: The algorithm.
    ///   - level: How hard it tries; its default when `nil`.
    public init?(_ compression: ChunkCompression, level: Int? = nil) {
        let level = level ?? compression.defaultLevel
        guard compression.levels.contains(level) else { return nil }
        self.compression = compression
        self.level = level
    }
}
