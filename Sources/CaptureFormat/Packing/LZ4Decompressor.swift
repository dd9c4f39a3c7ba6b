private import CLZ4

/// Unpacks a run of LZ4 frames, piece by piece.
@safe
struct LZ4Decompressor: ~Copyable {
    private let context: OpaquePointer

    init() throws(CompressionError) {
        var created: OpaquePointer?
        // Safety: the context is this value's alone (`~Copyable`) and freed in `deinit`.
        let status = unsafe LZ4F_createDecompressionContext(&created, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(status) == 0, let created = unsafe created else { throw .cannotStart }
        unsafe context = created
    }

    deinit {
        // Safety: nobody else holds the context.
        _ = unsafe LZ4F_freeDecompressionContext(context)
    }

    borrowing func step(
        _ input: RawSpan,
        into room: inout [UInt8],
        from start: Int
    ) throws(CompressionError) -> Decompressor.Step {
        var consumed = input.byteCount
        var produced = room.count - start
        // Safety: lz4 reads at most `consumed` bytes of the span and writes at most `produced` bytes
        // behind `start`, both of which live until it returns; it keeps its own copy of what it needs.
        let status = unsafe input.withUnsafeBytes { source in
            unsafe room.withUnsafeMutableBytes { target in
                unsafe LZ4F_decompress(
                    context,
                    target.baseAddress.map { unsafe $0 + start },
                    &produced,
                    source.baseAddress,
                    &consumed,
                    nil
                )
            }
        }
        guard LZ4F_isError(status) == 0 else {
            // Safety: the library's names of errors are constant C strings.
            throw .corrupt("lz4: \(unsafe String(cString: LZ4F_getErrorName(status)))")
        }
        return Decompressor.Step(consumed: consumed, produced: produced, isAtFrameEnd: status == 0)
    }
}
