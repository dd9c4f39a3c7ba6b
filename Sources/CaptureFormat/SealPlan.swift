internal import Vocabulary

/// Works out, from the items of an unfinished file, what must be written to finish it.
///
/// Feed it every item of a ``CaptureScanner``; ``finish(fileByteCount:)`` answers with where to cut
/// the file,
/// which head to overwrite and what to append, in this order. Carrying the steps out again after an
/// interruption gives the same file:
///
/// ```
/// … chunk | indexes | placeholder | record record rec⌇        cut the torn record
/// … chunk | indexes | CHUNK HEAD  | record record             overwrite the placeholder
/// … chunk | indexes | CHUNK HEAD  | record record | indexes | DataEnd | summary | footer | magic
/// ```
public struct SealPlan: ~Copyable {
    /// What to do to the file, in this order.
    public struct Steps: Equatable, Sendable {
        /// Cut the file to this many bytes.
        public var byteCount: UInt64
        /// Then overwrite these heads.
        public var patches: [CaptureEncoder.Patch]
        /// Then append.
        public var tail: [UInt8]
        /// Bytes that are cut off because no whole record stands in them.
        public var tornByteCount: UInt64
        /// Records that the finished file holds.
        public var recordCount: UInt64
    }

    private var summary = SummaryBuilder()
    /// The segment or chunk that is being read.
    private var segment: Segment?
    /// The head of the chunk that is being read, as it is in the file; `nil` when it must be
    /// written.
    private var headInFile: [UInt8]?
    /// The last chunk's MessageIndex records, as far as they have not been seen behind it.
    private var owedIndexes: [UInt8] = []
    private var seenIndexByteCount = 0
    /// Where the kept part of the file ends.
    private var endOffset = UInt64(MCAP.magic.count)
    private var dataCRC: CRC32
    private var recordCount: UInt64 = 0
    private var hasEnded = false
    /// A record did not follow from the ones before it: it and all behind it are left out.
    private var hasDroppedTail = false
    private var obstacle: CaptureDamage?
    private var patches: [CaptureEncoder.Patch] = []
    private let distrustsTail: Bool
    private var lastTime: UInt64 = 0
    private var nextSequences: [UInt16: UInt32] = [:]

    /// Creates a plan for a file of which nothing has been read.
    ///
    /// - Parameter distrustsTail: Records that are in no chunk yet may be older ones, or not all there:
    ///   the file ends before the first whose time or number does not follow from the one before.
    public init(distrustsTail: Bool = false) {
        self.distrustsTail = distrustsTail
        dataCRC = CRC32()
        dataCRC.add(MCAP.magic)
    }

    /// Notes the next item.
    ///
    /// - Parameters:
    ///   - item: What the scanner found.
    ///   - record: All of its bytes, within `window`.
    ///   - offset: Where they stand in the file.
    ///   - window: What `record` and the ranges of `item` index.
    public mutating func note(
        _ item: CaptureScanner.Item,
        record: Range<Int>,
        offset: UInt64,
        in window: RawSpan
    ) {
        guard obstacle == nil, !hasDroppedTail else { return }
        guard !hasEnded else { return noteBehindEnd(item, at: offset) }
        let bytes = window.extracting(record)
        switch item {
        case .message(let channel, let time, _, _):
            noteMessage(channel: channel, time: time.nanoseconds, bytes, at: offset)
        case .chunkEnd(let packedCRC):
            endChunk(packedCRC: packedCRC)
        case .damage(.checksumMismatch):
            // A compressed chunk is not over with this; its end follows.
            if segment?.packed == nil { endChunk() }
        case .damage(.chunkCutShort):
            // The chunk gets a new head over what is left of it.
            headInFile = nil
        case .damage(.zeros):
            hasEnded = true
        case .damage where distrustsTail && segment != nil && headInFile == nil:
            // Behind the last record that was written there may be anything.
            hasDroppedTail = true
        case .damage(let damage):
            obstacle = damage
        case .messageIndex where segment != nil && headInFile == nil:
            closeBareSegment()
            noteIndex(bytes, at: offset)
        case .messageIndex where !owedIndexes.isEmpty && segment == nil:
            noteIndex(bytes, at: offset)
        case .dataEnd where segment == nil:
            // An interrupted sealing got this far: its summary is written anew.
            hasEnded = true
        case .segment:
            begin(at: offset, headInFile: nil)
        case .chunk(let head):
            begin(at: offset, headInFile: copy(bytes))
            segment?.packed = head.compression.map {
                Segment.Packed(compression: $0, byteCount: head.storedByteCount)
            }
        case .schema:
            summary.schemas.append(copy(bytes))
            keep(bytes, at: offset)
        case .channel:
            summary.channels.append(copy(bytes))
            keep(bytes, at: offset)
        case .metadata(let name, _):
            summary.noteMetadata(name: name, offset: offset, byteCount: UInt64(record.count))
            keep(bytes, at: offset)
        case .header, .messageIndex, .dataEnd, .other:
            keep(bytes, at: offset)
        }
    }

    /// The steps, once the whole file has been noted.
    ///
    /// - Throws: What stands in the middle of the file and would be lost if the file were cut
    ///   there.
    public mutating func finish(fileByteCount: UInt64) throws(CaptureDamage) -> Steps {
        if let obstacle { throw obstacle }
        closeBareSegment()
        dataCRC.add(owedIndexes)
        let tailOffset = endOffset + UInt64(owedIndexes.count)
        return Steps(
            byteCount: endOffset,
            patches: patches,
            tail: owedIndexes + summary.ending(at: tailOffset, dataCRC: dataCRC.value),
            tornByteCount: fileByteCount - min(fileByteCount, endOffset),
            recordCount: recordCount
        )
    }

    /// Ends a segment that no chunk head says the end of: its writer was killed before it could.
    private mutating func closeBareSegment() {
        guard let open = segment, open.messageCount > 0 else { return }
        patches.append(CaptureEncoder.Patch(offset: open.headOffset, bytes: open.chunkHead()))
        headInFile = nil
        endChunk()
    }

    /// Whether a record follows from the ones before it, as far as its time and number tell.
    private mutating func follows(channel: UInt16, time: UInt64, _ record: RawSpan) -> Bool {
        let sequenceOffset = MCAP.recordHeadByteCount + MemoryLayout<UInt16>.size
        // Safety: the load is bounds-checked, and any bit pattern is an integer.
        let sequence = unsafe UInt32(
            littleEndian: record.unsafeLoadUnaligned(
                fromByteOffset: sequenceOffset,
                as: UInt32.self
            )
        )
        // Numbers may be left out, where something could not be written, but never come again.
        let ahead = sequence &- nextSequences[channel, default: 0]
        guard time > lastTime, ahead < UInt32.max / 2 else { return false }
        lastTime = time
        nextSequences[channel] = sequence &+ 1
        return true
    }

    /// Behind DataEnd there is nothing but what is written anew; if there is, it would be cut off.
    private mutating func noteBehindEnd(_ item: CaptureScanner.Item, at offset: UInt64) {
        switch item {
        case .message, .chunk, .segment:
            obstacle = .unreadableRecord(
                offset: offset,
                detail: "a record behind the end of the data section",
                skippedByteCount: 0
            )
        case .damage(.zeros): return
        case .damage(let damage): obstacle = damage
        default: return
        }
    }

    private mutating func noteMessage(
        channel: UInt16,
        time: UInt64,
        _ bytes: RawSpan,
        at offset: UInt64
    ) {
        guard segment != nil else {
            obstacle = .unreadableRecord(
                offset: offset,
                detail: "a message outside a segment",
                skippedByteCount: 0
            )
            return
        }
        guard !distrustsTail || follows(channel: channel, time: time, bytes) else {
            // What is left of the file is what was there before.
            hasDroppedTail = true
            return
        }
        segment?.note(channel: channel, time: time, record: bytes)
        recordCount += 1
    }

    private mutating func begin(at offset: UInt64, headInFile: [UInt8]?) {
        guard segment == nil else {
            // Its records stand behind no head yet, and a head for them would cover this one.
            obstacle = .unreadableRecord(
                offset: offset,
                detail: "a chunk within an open segment",
                skippedByteCount: 0
            )
            return
        }
        settleIndexes(before: offset)
        self.headInFile = headInFile
        segment = Segment(headOffset: offset)
    }

    /// Ends the chunk that is being read; `packedCRC` is that of its bytes in the file.
    private mutating func endChunk(packedCRC: UInt32? = nil) {
        guard let finished = segment.take() else { return }
        dataCRC.add(headInFile ?? finished.chunkHead())
        let stored = packedCRC.map(CRC32.init(value:)) ?? finished.crc
        dataCRC.add(stored, byteCount: finished.storedByteCount)
        endOffset = finished.endOffset
        owedIndexes = summary.noteChunk(finished)
        seenIndexByteCount = 0
    }

    /// Index records are written in one go with what follows them, so either all of them are there
    /// or the file
    /// ends within them.
    private mutating func noteIndex(_ bytes: RawSpan, at offset: UInt64) {
        let seen = seenIndexByteCount..<seenIndexByteCount + bytes.byteCount
        guard seen.upperBound <= owedIndexes.count, copy(bytes) == Array(owedIndexes[seen]) else {
            obstacle = .unreadableRecord(
                offset: offset,
                detail: "an index that does not fit its chunk",
                skippedByteCount: 0
            )
            return
        }
        seenIndexByteCount = seen.upperBound
        guard seenIndexByteCount == owedIndexes.count else { return }
        settleIndexes(before: endOffset + UInt64(owedIndexes.count))
    }

    private mutating func settleIndexes(before offset: UInt64) {
        guard !owedIndexes.isEmpty else { return }
        dataCRC.add(owedIndexes)
        endOffset = offset
        owedIndexes = []
    }

    private mutating func keep(_ bytes: RawSpan, at offset: UInt64) {
        guard segment == nil else {
            obstacle = .unreadableRecord(
                offset: offset,
                detail: "a record that does not belong into a segment",
                skippedByteCount: 0
            )
            return
        }
        settleIndexes(before: offset)
        dataCRC.add(bytes)
        endOffset = offset + UInt64(bytes.byteCount)
    }

    private func copy(_ bytes: RawSpan) -> [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }
}
