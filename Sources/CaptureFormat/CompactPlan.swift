internal import Vocabulary

/// Rewrites a sealed capture with chunks of another size and compression, record by record.
///
/// Feed it every item of a ``CaptureScanner``, and write what it has ready, in order:
///
/// ```
/// note(item) …  →  withPending { write }  →  written()  →  …  →  finish()  →  withPending { write }
/// ```
///
/// Header, Metadata, schemas, channels and messages come out byte for byte and in their order; a schema
/// or channel that stood in a chunk comes out in front of the next one, once. Indexes, Statistics and
/// checksums are made anew. Memory holds one chunk, and one index entry for each chunk.
public struct CompactPlan: ~Copyable {
    /// A chunk is finished before its records exceed this many bytes, unless it has only one.
    public static let chunkByteCountDefault = 4 << 20

    /// How many messages have been noted.
    public private(set) var messageCount: UInt64 = 0
    /// How many chunks are finished.
    public private(set) var chunkCount: UInt64 = 0

    private let packer: ChunkPacker?
    private let packing: ChunkPacking?
    private let chunkByteCount: Int
    private var summary = SummaryBuilder()
    /// What is ready to be written at `writtenByteCount`.
    private var pending = ByteWriter(capacity: 1 << 20)
    private var writtenByteCount: UInt64 = 0
    private var dataCRC = CRC32()
    /// The chunk that is being filled, and its records.
    private var segment: Segment?
    private var records = ByteWriter(capacity: 1 << 20)
    private var hasDataEnded = false

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - packing: How chunks are compressed; `nil` leaves them as they are.
    ///   - chunkByteCount: When a chunk is finished, in bytes of its records.
    /// - Throws: ``CompactObstacle/packingFailed(detail:)`` when the library cannot be set up.
    public init(
        packing: ChunkPacking?,
        chunkByteCount: Int = CompactPlan.chunkByteCountDefault
    ) throws(CompactObstacle) {
        precondition(chunkByteCount > 0, "chunks of \(chunkByteCount) bytes")
        self.packing = packing
        self.chunkByteCount = chunkByteCount
        do throws(CompressionError) {
            if let packing { packer = try ChunkPacker(packing) } else { packer = nil }
        } catch {
            throw .packingFailed(detail: "\(error)")
        }
        pending.append(MCAP.magic)
    }

    // MARK: In

    /// Notes the next item.
    ///
    /// - Parameters:
    ///   - item: What the scanner found.
    ///   - record: All of its bytes, within `bytes`.
    ///   - offset: Where it stands in the file, for messages.
    ///   - bytes: What `record` indexes.
    /// - Throws: ``CompactObstacle``; the plan is of no further use then.
    public mutating func note(
        _ item: CaptureScanner.Item,
        record: Range<Int>,
        offset: UInt64,
        in bytes: RawSpan
    ) throws(CompactObstacle) {
        if case .damage(let damage) = item { throw .damage(damage) }
        guard !hasDataEnded else { return try expectSummary(item, at: offset) }
        let record = bytes.extracting(record)
        switch item {
        case .message(let channel, let time, _, _):
            try addMessage(channel: channel, time: time.nanoseconds, record)
        case .schema:
            if !Self.isKnown(record, in: summary.schemas) {
                summary.schemas.append(try copyThrough(record))
            }
        case .channel:
            if !Self.isKnown(record, in: summary.channels) {
                summary.channels.append(try copyThrough(record))
            }
        case .metadata(let name, _):
            try endChunk()
            summary.noteMetadata(
                name: name,
                offset: endOffset,
                byteCount: UInt64(record.byteCount)
            )
            pending.append(record)
        case .header:
            try endChunk()
            pending.append(record)
        case .dataEnd:
            try endChunk()
            hasDataEnded = true
        case .other(let opcode):
            try noteOther(opcode, record, at: offset)
        case .chunk, .chunkEnd, .messageIndex, .segment, .damage:
            return
        }
    }

    /// Behind DataEnd there is nothing but the summary, which is made anew.
    private func expectSummary(
        _ item: CaptureScanner.Item,
        at offset: UInt64
    ) throws(CompactObstacle) {
        switch item {
        case .message, .chunk:
            throw .damage(
                .unreadableRecord(
                    offset: offset,
                    detail: "a record behind the end of the data section",
                    skippedByteCount: 0
                )
            )
        default: return
        }
    }

    private mutating func addMessage(
        channel: UInt16,
        time: UInt64,
        _ record: RawSpan
    ) throws(CompactObstacle) {
        if records.count > 0, records.count + record.byteCount > chunkByteCount { try endChunk() }
        if segment == nil { segment = Segment(headOffset: endOffset) }
        segment?.note(channel: channel, time: time, record: record)
        records.append(record)
        messageCount += 1
        if records.count >= chunkByteCount { try endChunk() }
    }

    /// Copies what stands outside chunks, in its place among the messages.
    private mutating func copyThrough(_ record: RawSpan) throws(CompactObstacle) -> [UInt8] {
        try endChunk()
        pending.append(record)
        // Safety: the pointer is used while the span is alive.
        return unsafe record.withUnsafeBytes { unsafe Array($0) }
    }

    private mutating func noteOther(
        _ opcode: UInt8,
        _ record: RawSpan,
        at offset: UInt64
    ) throws(CompactObstacle) {
        switch opcode {
        case MCAP.Opcode.padding:
            // It keeps a head that will be overwritten within a page; nothing is overwritten here.
            return
        case MCAP.Opcode.statistics, MCAP.Opcode.chunkIndex, MCAP.Opcode.metadataIndex,
            MCAP.Opcode.summaryOffset, MCAP.Opcode.footer:
            // A file without DataEnd: its summary begins here.
            try endChunk()
            hasDataEnded = true
        case 0..<MCAP.Opcode.firstUnknown:
            throw .foreignRecord(offset: offset, opcode: opcode)
        default:
            _ = try copyThrough(record)
        }
    }

    private static func isKnown(_ record: RawSpan, in known: [[UInt8]]) -> Bool {
        // Safety: the pointer is used while the span is alive.
        unsafe record.withUnsafeBytes { bytes in
            known.contains { unsafe $0.elementsEqual(bytes) }
        }
    }

    private mutating func endChunk() throws(CompactObstacle) {
        guard var finished = segment.take() else { return }
        var packed: [UInt8]?
        do throws(CompressionError) {
            packed = try pack()
        } catch {
            throw .packingFailed(detail: "\(error)")
        }
        if let packed, let packing {
            finished.packed = Segment.Packed(
                compression: packing.compression,
                byteCount: UInt64(packed.count)
            )
        }
        pending.append(finished.chunkHead())
        if let packed {
            pending.append(packed)
        } else {
            records.withBytes { pending.append($0) }
        }
        pending.append(summary.noteChunk(finished))
        records.truncate(to: 0)
        chunkCount += 1
    }

    private borrowing func pack() throws(CompressionError) -> [UInt8]? {
        switch packer {
        case .some(let packer):
            try records.withBytes { bytes throws(CompressionError) in try packer.pack(bytes) }
        case .none: nil
        }
    }

    // MARK: Out

    /// Where the file ends when what is pending has been written.
    public var endOffset: UInt64 { writtenByteCount + UInt64(pending.count) }

    /// Hands out what must be written next, and where.
    public borrowing func withPending<Failure: Error>(
        _ body: (RawSpan, UInt64) throws(Failure) -> Void
    ) throws(Failure) {
        guard pending.count > 0 else { return }
        let offset = writtenByteCount
        try pending.withBytes { bytes throws(Failure) in try body(bytes, offset) }
    }

    /// Notes that what was pending has been written.
    public mutating func written() {
        pending.withBytes { dataCRC.add($0) }
        writtenByteCount = endOffset
        pending.truncate(to: 0)
    }

    /// Stages the end of the file, once every item has been noted.
    ///
    /// - Parameter completion: How the file that was read ends.
    /// - Throws: ``CompactObstacle``.
    public mutating func finish(
        _ completion: CaptureScanner.Completion
    ) throws(CompactObstacle) {
        guard completion == .sealed else { throw .unfinished }
        try endChunk()
        var crc = dataCRC
        pending.withBytes { crc.add($0) }
        pending.append(summary.ending(at: endOffset, dataCRC: crc.value))
    }
}
