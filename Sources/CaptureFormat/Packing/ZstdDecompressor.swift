private import CZstd

/// Unpacks a run of zstd frames (RFC 8878), piece by piece.
@safe
struct ZstdDecompressor: ~Copyable {
    private let context: OpaquePointer

    /// How far back a frame may refer, as a power of two of bytes; no more than a chunk can hold.
    private static let windowExponentMax: Int32 = 27

    init() throws(CompressionError) {
        // Safety: the context is this value's alone (`~Copyable`) and freed in `deinit`.
        guard let context = unsafe ZSTD_createDCtx() else { throw .cannotStart }
        unsafe self.context = context
        _ = unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowExponentMax)
    }

    deinit {
        // Safety: nobody else holds the context.
        _ = unsafe ZSTD_freeDCtx(context)
    }

    borrowing func step(
        _ input: RawSpan,
        into room: inout [UInt8],
        from start: Int
    ) throws(CompressionError) -> Decompressor.Step {
        var step = Decompressor.Step(consumed: 0, produced: 0, isAtFrameEnd: false)
        // Safety: zstd reads at most `size` bytes of the span and writes at most `size` bytes of the
        // array, both of which live until it returns; it keeps its own copy of what it needs later.
        let status = unsafe input.withUnsafeBytes { source in
            unsafe room.withUnsafeMutableBytes { target in
                var taken = unsafe ZSTD_inBuffer(
                    src: source.baseAddress,
                    size: source.count,
                    pos: 0
                )
                var given = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress,
                    size: target.count,
                    pos: start
                )
                // Safety: as above; both lie in the memory that the closures lend.
                let status = unsafe ZSTD_decompressStream(context, &given, &taken)
                step.consumed = unsafe taken.pos
                step.produced = unsafe given.pos - start
                return status
            }
        }
        guard ZSTD_isError(status) == 0 else {
            // Safety: the library's names of errors are constant C strings.
            throw .corrupt("zstd: \(unsafe String(cString: ZSTD_getErrorName(status)))")
        }
        step.isAtFrameEnd = status == 0
        return step
    }
}
