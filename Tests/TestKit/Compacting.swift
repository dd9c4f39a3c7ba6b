public import CaptureFormat

/// Captures in memory, rewritten by ``CompactPlan``.
public enum Compacting {
    /// Rewrites a whole file.
    ///
    /// - Parameters:
    ///   - bytes: A sealed capture.
    ///   - packing: How chunks are compressed; `nil` for not at all.
    ///   - chunkByteCount: When a chunk is finished, in bytes of its records.
    /// - Returns: The new file.
    /// - Throws: ``CompactObstacle``, or ``CaptureScanner/Refusal``.
    public static func compact(
        _ bytes: [UInt8],
        packing: ChunkPacking?,
        chunkByteCount: Int = CompactPlan.chunkByteCountDefault
    ) throws -> [UInt8] {
        var scanner = CaptureScanner(fileByteCount: UInt64(bytes.count))
        var plan = try CompactPlan(packing: packing, chunkByteCount: chunkByteCount)
        var file: [UInt8] = []
        var position = 0
        let window = bytes.span.bytes
        while true {
            switch try scanner.next(in: window, from: &position) {
            case .item(let item, let record, let offset):
                try scanner.withBytes(of: window) { held throws(CompactObstacle) in
                    try plan.note(item, record: record, offset: offset, in: held)
                }
                write(&plan, to: &file)
            case .skip(let count):
                position += Int(count)
            case .needsMore(let count):
                preconditionFailure("\(count) bytes wanted at \(position) of \(bytes.count)")
            case .end(let completion):
                try plan.finish(completion)
                write(&plan, to: &file)
                return file
            }
        }
    }

    /// The Message records of a capture, byte for byte, wherever they stand.
    ///
    /// - Throws: ``CaptureScanner/Refusal``.
    public static func messages(of bytes: [UInt8]) throws -> [[UInt8]] {
        var messages: [[UInt8]] = []
        try forEachItem(of: bytes) { item, record, held in
            guard case .message = item else { return }
            messages.append(held.extracting(record).withUnsafeBytes { Array($0) })
        }
        return messages
    }

    /// The heads of a capture's chunks, and where they stand in the file.
    ///
    /// - Throws: ``CaptureScanner/Refusal``.
    public static func chunks(of bytes: [UInt8]) throws -> [(head: ChunkHead, place: Range<Int>)] {
        var chunks: [(ChunkHead, Range<Int>)] = []
        try forEachItem(of: bytes) { item, record, _ in
            if case .chunk(let head) = item { chunks.append((head, record)) }
        }
        return chunks
    }

    private static func forEachItem(
        of bytes: [UInt8],
        _ body: (CaptureScanner.Item, Range<Int>, RawSpan) -> Void
    ) throws {
        var scanner = CaptureScanner(fileByteCount: UInt64(bytes.count))
        var position = 0
        let window = bytes.span.bytes
        while true {
            switch try scanner.next(in: window, from: &position) {
            case .item(let item, let record, _):
                scanner.withBytes(of: window) { body(item, record, $0) }
            case .skip(let count): position += Int(count)
            case .needsMore, .end: return
            }
        }
    }

    private static func write(_ plan: inout CompactPlan, to file: inout [UInt8]) {
        plan.withPending { bytes, offset in
            precondition(offset == UInt64(file.count), "written at \(offset) of \(file.count)")
            bytes.withUnsafeBytes { file += $0 }
        }
        plan.written()
    }
}
