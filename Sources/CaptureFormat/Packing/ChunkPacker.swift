private import CLZ4
private import CZstd

/// Compresses the records of one chunk after the other.
@safe
struct ChunkPacker: ~Copyable {
    private let packing: ChunkPacking
    /// zstd's state; `nil` for LZ4, which needs none between chunks.
    private let context: OpaquePointer?

    /// Sets the library up.
    ///
    /// - Throws: ``CompressionError/cannotStart``.
    init(_ packing: ChunkPacking) throws(CompressionError) {
        self.packing = packing
        // Safety: the context is this value's alone (`~Copyable`) and freed in `deinit`.
        guard packing.compression == .zstd else {
            unsafe context = nil
            return
        }
        guard let created = unsafe ZSTD_createCCtx() else { throw .cannotStart }
        unsafe context = created
    }

    deinit {
        // Safety: nobody else holds the context; freeing none does nothing.
        _ = unsafe ZSTD_freeCCtx(context)
    }

    /// Compresses records into one frame, whose head names their length.
    ///
    /// - Returns: The frame; `nil` when it would not be smaller than the records.
    /// - Throws: ``CompressionError/corrupt(_:)`` with what the library says, such as a lack of memory.
    borrowing func pack(_ records: RawSpan) throws(CompressionError) -> [UInt8]? {
        let packed =
            switch packing.compression {
            case .zstd: try packZstd(records)
            case .lz4: try packLZ4(records)
            }
        return packed.count < records.byteCount ? packed : nil
    }

    private borrowing func packZstd(_ records: RawSpan) throws(CompressionError) -> [UInt8] {
        var status = 0
        // Safety: zstd reads the span and writes at most the array's capacity; the array is as long as
        // what was written.
        let packed = unsafe [UInt8](
            unsafeUninitializedCapacity: ZSTD_compressBound(records.byteCount)
        ) { room, count in
            status = unsafe records.withUnsafeBytes { source in
                unsafe ZSTD_compressCCtx(
                    context,
                    room.baseAddress,
                    room.count,
                    source.baseAddress,
                    source.count,
                    Int32(packing.level)
                )
            }
            count = ZSTD_isError(status) == 0 ? status : 0
        }
        guard ZSTD_isError(status) == 0 else {
            // Safety: the library's names of errors are constant C strings.
            throw .corrupt("zstd: \(unsafe String(cString: ZSTD_getErrorName(status)))")
        }
        return packed
    }

    private borrowing func packLZ4(_ records: RawSpan) throws(CompressionError) -> [UInt8] {
        var preferences = LZ4F_preferences_t()
        preferences.compressionLevel = Int32(packing.level)
        preferences.frameInfo.blockSizeID = LZ4F_max4MB
        preferences.frameInfo.contentSize = UInt64(records.byteCount)
        // Safety: the preferences are only read.
        let bound = unsafe LZ4F_compressFrameBound(records.byteCount, &preferences)
        var status = 0
        // Safety: lz4 reads the span and writes at most the array's capacity; the array is as long as
        // what was written.
        let packed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            status = unsafe records.withUnsafeBytes { source in
                unsafe LZ4F_compressFrame(
                    room.baseAddress,
                    room.count,
                    source.baseAddress,
                    source.count,
                    &preferences
                )
            }
            count = LZ4F_isError(status) == 0 ? status : 0
        }
        guard LZ4F_isError(status) == 0 else {
            // Safety: the library's names of errors are constant C strings.
            throw .corrupt("lz4: \(unsafe String(cString: LZ4F_getErrorName(status)))")
        }
        return packed
    }
}
