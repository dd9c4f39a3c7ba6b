private import CKernel
public import CaptureFormat
private import SystemPackage

/// Rewrites sealed captures with compressed chunks, or with plain ones again.
public enum CaptureCompactor {
    /// What became of a capture.
    public struct Outcome: Equatable, Sendable {
        /// The new file.
        public var path: String
        /// Bytes of the file that was read.
        public var oldByteCount: UInt64
        /// Bytes of the new file.
        public var newByteCount: UInt64
        /// Records in either.
        public var recordCount: UInt64
        /// Chunks of the new file.
        public var chunkCount: UInt64
    }

    /// How far it is.
    public enum Stage: Equatable, Sendable {
        /// So many bytes of the old file have been read.
        case writing(UInt64)
        /// So many bytes of the new file, of so many, have been read back.
        case checking(UInt64, of: UInt64)
    }

    /// Where a rewritten capture goes.
    ///
    /// - Parameters:
    ///   - path: The capture.
    ///   - output: A folder, or a path that ends in `.wscap`; `nil` for the capture's own folder.
    ///   - packing: How it is compressed; `nil` for not at all.
    /// - Returns: `run.wscap` becomes `run.compact.wscap`, or `run.plain.wscap` when it is not compressed.
    /// - Throws: ``CompactError/outputIsNoCapture(path:)``.
    public static func outputPath(
        for path: String,
        output: String?,
        packing: ChunkPacking?
    ) throws(CompactError) -> String {
        try outputPath(
            for: path,
            output: output,
            without: [CaptureFolder.fileExtension, ".compact", ".plain"],
            with: packing == nil ? ".plain" : ".compact"
        )
    }

    /// Where a capture goes that is made of a packet file.
    ///
    /// - Returns: `trace.pcap` becomes `trace.wscap`.
    /// - Throws: ``CompactError/outputIsNoCapture(path:)``.
    public static func outputPath(
        importing path: String,
        output: String?
    ) throws(CompactError) -> String {
        let endings = [".gz", ".pcap", ".pcapng", ".cap", ".dmp"]
        return try outputPath(for: path, output: output, without: endings, with: "")
    }

    private static func outputPath(
        for path: String,
        output: String?,
        without endings: [String],
        with mark: String
    ) throws(CompactError) -> String {
        let suffix = CaptureFolder.fileExtension
        let isFolder = output.map(CaptureFolder.isFolder) ?? false
        if let output, !isFolder {
            guard output.hasSuffix(suffix) else { throw .outputIsNoCapture(path: output) }
            return output
        }
        let file = FilePath(path)
        var name = file.lastComponent?.string ?? path
        for ending in endings where name.hasSuffix(ending) { name.removeLast(ending.count) }
        let folder = output.map { FilePath($0) } ?? file.removingLastComponent()
        return folder.appending(name + mark + suffix).string
    }

    /// Rewrites a capture: the same records, in chunks of another size and compression.
    ///
    /// The new file appears under its name when it is complete, on the disk, and read back; it never
    /// replaces another file, and after an error there is nothing left of it.
    ///
    /// - Parameters:
    ///   - path: A sealed capture.
    ///   - output: The new file.
    ///   - packing: How chunks are compressed; `nil` leaves them plain.
    ///   - progress: Hears how far it is.
    /// - Returns: Sizes and counts.
    /// - Throws: ``CompactError``, or ``StoreError`` for what cannot be read.
    public static func compact(
        _ path: String,
        to output: String,
        packing: ChunkPacking?,
        progress: (Stage) -> Void = { _ in }
    ) throws -> Outcome {
        let file = try CaptureFile(path)
        let target = try NewFile(output)
        var records = CRC32()
        var plan = try opened(packing, path)
        do {
            let completion = try file.scan { item, record, offset, bytes in
                if case .chunk = item { progress(.writing(offset)) }
                if case .message = item { records.add(bytes.extracting(record)) }
                try plan.note(item, record: record, offset: offset, in: bytes)
                try flush(&plan, to: target)
            }
            try plan.finish(completion)
        } catch let obstacle as CompactObstacle {
            if obstacle == .unfinished { try expectNoWriter(of: path) }
            throw CompactError(obstacle, of: path)
        }
        let byteCount = plan.endOffset
        try flush(&plan, to: target)
        let found = try check(target, byteCount: byteCount, progress: progress)
        guard found.crc == records, found.count == plan.messageCount else {
            throw CompactError.differs(path: output)
        }
        try target.publish()
        return Outcome(
            path: output,
            oldByteCount: file.byteCount,
            newByteCount: byteCount,
            recordCount: plan.messageCount,
            chunkCount: plan.chunkCount
        )
    }

    private static func opened(
        _ packing: ChunkPacking?,
        _ path: String
    ) throws(CompactError) -> CompactPlan {
        do throws(CompactObstacle) {
            return try CompactPlan(packing: packing)
        } catch {
            throw CompactError(error, of: path)
        }
    }

    private static func flush(
        _ plan: inout CompactPlan,
        to target: NewFile
    ) throws(CompactError) {
        try plan.withPending { bytes, offset throws(CompactError) in
            try target.write(bytes, at: offset)
        }
        plan.written()
    }

    /// Reads back what was written: every record's bytes, and whether the file is whole.
    private static func check(
        _ target: NewFile,
        byteCount: UInt64,
        progress: (Stage) -> Void
    ) throws -> (crc: CRC32, count: UInt64) {
        var records = CRC32()
        var count: UInt64 = 0
        let completion = try CaptureFile(target.readablePath).scan { item, record, offset, bytes in
            switch item {
            case .chunk: progress(.checking(offset, of: byteCount))
            case .damage: throw CompactError.differs(path: target.path)
            case .message:
                records.add(bytes.extracting(record))
                count += 1
            default: break
            }
        }
        guard completion == .sealed else { throw CompactError.differs(path: target.path) }
        return (records, count)
    }

    /// Tells a capture that is being written from one whose writer was killed.
    private static func expectNoWriter(of path: String) throws(StoreError) {
        do {
            let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
            let isLocked = wscap_lock_exclusive(descriptor.rawValue) != 0
            try descriptor.close()
            if isLocked { throw StoreError.inUse(path: path) }
        } catch let error as StoreError {
            throw error
        } catch let error as Errno {
            throw .readFailed(path: path, error)
        } catch {
            throw .readFailed(path: path, .ioError)
        }
    }
}

extension CompactError {
    /// Says of which file an obstacle is.
    fileprivate init(_ obstacle: CompactObstacle, of path: String) {
        switch obstacle {
        case .damage(let damage): self = .damaged(path: path, damage)
        case .unfinished: self = .notSealed(path: path)
        case .foreignRecord(let offset, let opcode):
            self = .foreignRecord(path: path, offset: offset, opcode: opcode)
        case .packingFailed(let detail): self = .packingFailed(path: path, detail: detail)
        }
    }
}
