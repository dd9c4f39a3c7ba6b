public import Vocabulary

/// Turns records into the bytes of a growing `.wscap` file, and says where they go.
///
/// The encoder stages records; a store writes what is pending behind the file's end and reports
/// back:
///
/// ```
/// append(record) …  →  withPending { write at endOffset }  →  committed()  →  patch? overwrite in
/// place
///                                                         ↘  discardPending()   when the write
///                                                         failed
/// ```
///
/// Records stand bare behind a placeholder until their segment is about 1 MiB; then the placeholder
/// is
/// overwritten by the head of a Chunk over them, and the chunk's MessageIndex records begin the
/// next write.
/// No record is written twice. See docs/capture-format.md.
public struct CaptureEncoder: ~Copyable {
    /// Bytes to put over bytes that are already in the file.
    public struct Patch: Equatable, Sendable {
        /// Where in the file.
        public var offset: UInt64
        /// What to put there.
        public var bytes: [UInt8]
    }

    /// What makes a file complete: the patch first, then the tail at the end of the file.
    public struct Ending: Equatable, Sendable {
        /// The head of the last chunk; `nil` when no segment is open.
        public var patch: Patch?
        /// What to append.
        public var tail: [UInt8]
    }

    /// A segment becomes a chunk when its records reach this many bytes.
    public static let segmentByteCountDefault: UInt64 = 1 << 20

    /// Where the next pending bytes go: everything before it has been written.
    public private(set) var endOffset: UInt64 = 0
    /// How many records are pending.
    public private(set) var pendingCount: UInt64 = 0

    private let segmentByteCount: UInt64
    private let preambleByteCount: UInt64
    /// Bytes that must precede the next segment: the file's beginning, or the last chunk's indexes.
    private var owed: [UInt8]
    private var segment: Segment?
    /// Bytes of records that the open segment has in the file; 0 when none is open.
    private var openSegmentByteCount: UInt64 = 0
    private var openSegmentMessageCount: UInt64 = 0
    /// Checksum of the data section up to the open segment's head, or to the end when none is open.
    private var dataCRC = CRC32()
    private var summary = SummaryBuilder()

    private var pending = ByteWriter(capacity: 1 << 20)
    /// Bytes at the start of `pending` that are no record: what was owed, padding, placeholder.
    private var prefixByteCount = 0
    private var pendingFirstTime: UInt64 = 0
    /// The time of the first pending record; meaningless when none is pending.
    public var pendingSince: Instant { Instant(nanoseconds: pendingFirstTime) }
    private var clientToServer = ChannelState(id: 1)
    private var serverToClient = ChannelState(id: 2)
    private var events = ChannelState(id: 3)
    private var lastTime: UInt64

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - run: What the file's Metadata says.
    ///   - segmentByteCount: When a segment becomes a chunk, in bytes of records.
    ///   - earlier: The last record's time in the run's file before this one.
    public init(
        run: RunDescription,
        segmentByteCount: UInt64 = CaptureEncoder.segmentByteCountDefault,
        after earlier: Instant = .epoch
    ) {
        self.segmentByteCount = segmentByteCount
        lastTime = earlier.nanoseconds
        let preamble = Preamble(run: run)
        owed = preamble.bytes
        preambleByteCount = UInt64(preamble.bytes.count)
        summary.schemas = preamble.schemas
        summary.channels = preamble.channels
        summary.noteMetadata(
            name: RunDescription.metadataName,
            offset: preamble.metadata.offset,
            byteCount: preamble.metadata.byteCount
        )
    }

    /// The time of the last record that was staged.
    public var lastRecordTime: Instant { Instant(nanoseconds: lastTime) }

    /// Nothing before this offset of the file will be overwritten.
    public var settledOffset: UInt64 {
        openSegmentMessageCount > 0 ? segment?.headOffset ?? endOffset : endOffset
    }

    /// So many bytes are enough to finish the file once the pending bytes are written: the last
    /// chunk's indexes, and the summary.
    public var endingByteCountMax: UInt64 {
        let entries = openSegmentMessageCount + pendingCount
        // 16 bytes an entry; 15 for the head of each channel's MessageIndex record.
        let indexes = entries * 16 + 3 * 15
        return UInt64(owed.count) + indexes
            + summary.endingByteCountMax(copied: preambleByteCount)
    }

    /// Whether there is something to write.
    public var hasPending: Bool { pending.count > 0 }

    // MARK: Records

    /// Stages a frame or a part of one.
    ///
    /// - Parameters:
    ///   - frame: The frame; its ranges index `bytes`.
    ///   - bytes: The buffer that arrived.
    ///   - arrival: When it arrived.
    @inline(__always)
    public mutating func append(_ frame: FrameRecord, bytes: RawSpan, arrival: Instant) {
        let bodyByteCount = frame.encodedByteCount()
        let dataByteCount = 1 + ByteWriter.varintByteCount(UInt64(bodyByteCount)) + bodyByteCount
        openSegmentIfNeeded()
        let sequence = noteMessage(on: frame.direction, arrival: arrival)
        let time = lastTime
        pending.append(upTo: MCAP.messageHeadByteCount + dataByteCount) { out in
            out.put(MCAP.Opcode.message)
            out.put(UInt64(22 + dataByteCount))
            out.put(CaptureChannel.id(carrying: frame.direction))
            out.put(sequence)
            out.put(time)
            out.put(arrival.nanoseconds)
            out.put(UInt8(1 << 3 | 2))
            out.put(varint: UInt64(bodyByteCount))
            frame.encode(into: &out, bytes: bytes)
        }
    }

    /// Stages any record.
    ///
    /// - Parameters:
    ///   - record: The record; its ranges, if any, index `bytes`.
    ///   - bytes: The buffer that arrived; empty for records that own their bytes.
    ///   - arrival: When it happened.
    public mutating func append(_ record: CaptureRecord, bytes: RawSpan, arrival: Instant) {
        if case .frame(let frame) = record {
            return append(frame, bytes: bytes, arrival: arrival)
        }
        var body = ByteWriter(capacity: 1024)
        record.encodeBody(into: &body, bytes: bytes)
        let dataByteCount = 1 + ByteWriter.varintByteCount(UInt64(body.count)) + body.count
        openSegmentIfNeeded()
        beginMessage(on: record.channelDirection, dataByteCount: dataByteCount, arrival: arrival)
        pending.append(varint: record.envelopeField << 3 | 2)
        pending.append(varint: UInt64(body.count))
        body.withBytes { pending.append($0) }
    }

    /// Stages a record that owns its bytes.
    public mutating func append(_ record: CaptureRecord, arrival: Instant) {
        append(record, bytes: RawSpan(), arrival: arrival)
    }

    // MARK: Writing

    /// Hands out what must be written at ``endOffset``.
    public borrowing func withPending<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try pending.withBytes(body)
    }

    /// Hands out the records that are staged, as a reader of the file would get them.
    public borrowing func forEachPending<Failure: Error>(
        _ body: (CaptureEntry, RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        try pending.withBytes(from: prefixByteCount) { records throws(Failure) in
            try StagedRecords.forEach(in: records) { entry throws(Failure) in
                try body(entry, records)
            }
        }
    }

    /// Takes what is staged out of the encoder, for a reader; the file that is being encoded will not have it.
    public mutating func takePending() -> StagedBatch {
        var batch = StagedBatch()
        pending.withBytes(from: prefixByteCount) { records in
            // Safety: the bytes are copied before the closure returns.
            unsafe records.withUnsafeBytes { unsafe batch.bytes.append(contentsOf: $0) }
        }
        discardPending()
        return batch
    }

    /// How many bytes are pending.
    public var pendingByteCount: Int { pending.count }

    /// Notes that the pending bytes are in the file.
    ///
    /// - Returns: The chunk's head to write over the placeholder, when the segment has become a
    ///   chunk.
    public mutating func committed() -> Patch? {
        guard hasPending else { return nil }
        precondition(segment != nil, "pending records without a segment")
        if prefixByteCount > 0 {
            let fixed = prefixByteCount - MCAP.chunkHeadByteCount
            pending.withBytes { dataCRC.add($0.extracting(..<fixed)) }
            owed = []
        }
        pending.withBytes(from: prefixByteCount) { records in
            segment?.add(
                records: records,
                count: pendingCount,
                firstTime: pendingFirstTime,
                lastTime: lastTime
            )
        }
        clientToServer.moveEntries(to: &segment)
        serverToClient.moveEntries(to: &segment)
        events.moveEntries(to: &segment)
        openSegmentByteCount += UInt64(pending.count - prefixByteCount)
        openSegmentMessageCount += pendingCount
        endOffset += UInt64(pending.count)
        clearPending()
        return openSegmentByteCount >= segmentByteCount ? closeSegment() : nil
    }

    /// Forgets the pending records without counting them.
    public mutating func discardPending() {
        if prefixByteCount > 0 { segment = nil }
        clearPending()
    }

    /// Forgets the pending records: they could not be written and will not be in the file.
    ///
    /// - Parameter missed: Counts them.
    public mutating func discardPending(into missed: inout MissedRecords) {
        pending.withBytes(from: prefixByteCount) { missed.add($0) }
        discardPending()
    }

    /// Ends the file; nothing may be pending.
    public mutating func finish() -> Ending {
        precondition(!hasPending, "finish with records pending")
        let patch = segment == nil ? nil : closeSegment()
        dataCRC.add(owed)
        let tail = owed + summary.ending(at: endOffset + UInt64(owed.count), dataCRC: dataCRC.value)
        owed = []
        return Ending(patch: patch, tail: tail)
    }

    // MARK: Helpers

    private mutating func openSegmentIfNeeded() {
        guard segment == nil else { return }
        precondition(pending.count == 0, "pending bytes outside a segment")
        pending.append(owed)
        pending.append(Segment.padding(at: endOffset + UInt64(pending.count)))
        segment = Segment(headOffset: endOffset + UInt64(pending.count))
        pending.append(Segment.placeholder())
        prefixByteCount = pending.count
    }

    private mutating func beginMessage(
        on direction: Direction?,
        dataByteCount: Int,
        arrival: Instant
    ) {
        let sequence = noteMessage(on: direction, arrival: arrival)
        pending.append(MCAP.Opcode.message)
        pending.append(littleEndian: UInt64(22 + dataByteCount))
        pending.append(littleEndian: CaptureChannel.id(carrying: direction))
        pending.append(littleEndian: sequence)
        pending.append(littleEndian: lastTime)
        pending.append(littleEndian: arrival.nanoseconds)
    }

    /// Gives the next pending message its time, index entry and sequence number.
    @inline(__always)
    private mutating func noteMessage(on direction: Direction?, arrival: Instant) -> UInt32 {
        // MCAP readers order by log_time: it must never repeat or go back.
        lastTime = max(arrival.nanoseconds, lastTime + 1)
        if pendingCount == 0 { pendingFirstTime = lastTime }
        pendingCount += 1
        let offset = openSegmentByteCount + UInt64(pending.count - prefixByteCount)
        switch direction {
        case .clientToServer: return clientToServer.note(time: lastTime, offset: offset)
        case .serverToClient: return serverToClient.note(time: lastTime, offset: offset)
        case nil: return events.note(time: lastTime, offset: offset)
        }
    }

    private mutating func closeSegment() -> Patch? {
        guard let finished = segment.take() else { return nil }
        openSegmentByteCount = 0
        openSegmentMessageCount = 0
        let head = finished.chunkHead()
        dataCRC.add(head)
        dataCRC.add(finished.crc, byteCount: finished.byteCount)
        owed = summary.noteChunk(finished)
        return Patch(offset: finished.headOffset, bytes: head)
    }

    private mutating func clearPending() {
        pending.truncate(to: 0)
        clientToServer.entries.truncate(to: 0)
        serverToClient.entries.truncate(to: 0)
        events.entries.truncate(to: 0)
        prefixByteCount = 0
        pendingCount = 0
    }
}

/// What the encoder keeps for one of its channels.
private struct ChannelState: ~Copyable {
    let id: UInt16
    /// Index entries of the pending records.
    var entries = ByteWriter(capacity: 1 << 12)
    private var sequence: UInt32 = 0

    init(id: UInt16) {
        self.id = id
    }

    /// Notes a pending record and returns its sequence number.
    @inline(__always)
    mutating func note(time: UInt64, offset: UInt64) -> UInt32 {
        entries.append(upTo: 16) { out in
            out.put(time)
            out.put(offset)
        }
        defer { sequence &+= 1 }
        return sequence
    }

    mutating func moveEntries(to segment: inout Segment?) {
        entries.withBytes { bytes in
            if bytes.byteCount > 0 { segment?.add(entries: bytes, channel: id) }
        }
    }
}
