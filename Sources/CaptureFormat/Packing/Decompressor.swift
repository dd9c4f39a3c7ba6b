/// A decompressor of either kind, fed piece by piece.
///
/// Both kinds hold nothing but a pointer to their library's state, so stepping them does not change the value.
enum Decompressor: ~Copyable {
    case zstd(ZstdDecompressor)
    case lz4(LZ4Decompressor)

    /// What one step has done.
    struct Step: Equatable {
        /// Bytes of the input that were taken.
        var consumed: Int
        /// Bytes that were put into the room.
        var produced: Int
        /// Whether a frame has ended, so that the data may end here.
        var isAtFrameEnd: Bool
    }

    /// Sets the library up.
    ///
    /// - Throws: ``CompressionError/cannotStart``.
    init(_ compression: ChunkCompression) throws(CompressionError) {
        switch compression {
        case .zstd: self = .zstd(try ZstdDecompressor())
        case .lz4: self = .lz4(try LZ4Decompressor())
        }
    }

    /// Takes some input and fills some of the room behind `start`.
    ///
    /// - Throws: ``CompressionError/corrupt(_:)``, after which the decompressor is of no use.
    borrowing func step(
        _ input: RawSpan,
        into room: inout [UInt8],
        from start: Int
    ) throws(CompressionError) -> Step {
        switch self {
        case .zstd(let zstd): try zstd.step(input, into: &room, from: start)
        case .lz4(let lz4): try lz4.step(input, into: &room, from: start)
        }
    }
}
