public import Vocabulary

/// Walks the structure of a capture: which records stand where, and whether they are whole.
///
/// The file comes in windows, as large or small as the caller likes. The records of a chunk are
/// handed out one by one as they pass, exactly like bare ones, so that memory holds one record and
/// never a chunk. A compressed chunk is unpacked as it passes.
public struct CaptureScanner: ~Copyable {
    /// One step through the file.
    ///
    /// Ranges index what ``withBytes(of:_:)`` lends: the window, or what a compressed chunk held.
    public enum Item: Equatable, Sendable {
        /// The Header record.
        case header(profile: String, library: String)
        /// A Metadata record.
        case metadata(name: String, values: [HeaderField])
        /// A Schema record.
        case schema(id: UInt16, name: String)
        /// A Channel record.
        case channel(id: UInt16, schema: UInt16, topic: String)
        /// The placeholder of a segment that has not become a chunk.
        case segment
        /// The head of a chunk; its records follow.
        case chunk(ChunkHead)
        /// The last record of a chunk has passed; `packedCRC` is the checksum of a compressed chunk's bytes
        /// as they stand in the file, `nil` for a chunk that is not compressed.
        case chunkEnd(packedCRC: UInt32?)
        /// A message.
        case message(channel: UInt16, time: Instant, arrival: Instant, data: Range<Int>)
        /// A MessageIndex record.
        case messageIndex
        /// The end of the data section.
        case dataEnd
        /// A record of the summary, padding, or a kind that this version does not know.
        case other(opcode: UInt8)
        /// Something is wrong; the walk goes on behind it.
        case damage(CaptureDamage)
    }

    /// What ``next(in:from:)`` found.
    public enum Step: Equatable, Sendable {
        /// An item; `record` is all of it, and its first byte stands at `offset` of the file.
        ///
        /// A record of a compressed chunk stands nowhere in the file; its `offset` is its chunk's.
        case item(Item, record: Range<Int>, offset: UInt64)
        /// The window must hold this many bytes from the position on.
        case needsMore(byteCount: Int)
        /// This many bytes from the position on must be dropped, inside the window or not.
        case skip(byteCount: UInt64)
        /// The file is read.
        case end(Completion)
    }

    /// How the file ends.
    public enum Completion: Equatable, Sendable {
        /// With footer and magic.
        case sealed
        /// Without: its writer was killed or is still at work. A torn last record is left out.
        case unfinished(tornByteCount: UInt64)
    }

    /// Why a file is no capture at all.
    public enum Refusal: Error, Equatable, Sendable {
        /// The file is empty.
        case empty
        /// The file does not begin as MCAP does.
        case notMCAP(firstBytes: [UInt8])
        /// The file is cut before its first record is whole.
        case cutInBeginning(byteCount: UInt64)
        /// An MCAP file of another profile.
        case foreignProfile(String)
    }

    /// No record that this project writes comes near this size, in bytes.
    public static let recordByteCountMax: UInt64 = 64 << 20
    /// The records of a compressed chunk may unpack to this many bytes: room for the largest record and more.
    ///
    /// It bounds the work that a small hostile file can ask for; memory is bounded by the largest record.
    public static let packedChunkByteCountMax: UInt64 = 128 << 20

    private enum State: Equatable {
        case magic
        case records
        case chunk(offset: UInt64, end: UInt64, declaredEnd: UInt64, crc: UInt32)
        case packedChunk(PackedChunk)
        case zeros(since: UInt64)
        case footerSeen(since: UInt64)
        case ended(Completion)
    }

    /// A compressed chunk that is being read; offsets count in the file.
    private struct PackedChunk: Equatable {
        var offset: UInt64
        var end: UInt64
        var declaredEnd: UInt64
        /// The checksum of its unpacked records, as its head says; 0 when it is not to be checked.
        var expected: UInt32
    }

    private var fileByteCount: UInt64
    private var state = State.magic
    private var crc = CRC32()
    private var isFirstRecord = true
    private var pendingSkip: UInt64 = 0
    private var unpacker: ChunkUnpacker?
    /// The checksum of a compressed chunk's bytes so far.
    private var packedCRC = CRC32()
    /// Whether the last item's ranges index what was unpacked.
    private var isUnpacked = false
    /// Where the next byte to be read stands in the file.
    public private(set) var offset: UInt64 = 0

    /// Begins at the first byte.
    public init(fileByteCount: UInt64) {
        self.fileByteCount = fileByteCount
    }

    /// Goes on behind the end of an unfinished file that has grown.
    ///
    /// - Parameter byteCount: How long it is now.
    /// - Returns: Whether there is more to read; a file that has ended otherwise does not grow.
    public mutating func grow(to byteCount: UInt64) -> Bool {
        guard case .ended(.unfinished) = state, byteCount > fileByteCount,
            offset < byteCount, pendingSkip == 0
        else { return false }
        fileByteCount = byteCount
        state = .records
        return true
    }

    /// Takes the next step.
    ///
    /// - Parameters:
    ///   - window: A run of the file; the byte at `position` is the one at ``offset``.
    ///   - position: Moved past what was read.
    /// - Returns: What was found, or what the window lacks.
    /// - Throws: ``Refusal`` at the first bytes of a file that is no capture.
    public mutating func next(
        in window: RawSpan,
        from position: inout Int
    ) throws(Refusal) -> Step {
        isUnpacked = false
        if pendingSkip > 0 {
            defer { pendingSkip = 0 }
            return .skip(byteCount: pendingSkip)
        }
        while true {
            switch state {
            case .ended(let completion):
                return .end(completion)
            case .magic:
                if let step = try takeMagic(in: window, from: &position) { return step }
            case .zeros(let start):
                return takeZeros(since: start, in: window, from: &position)
            case .footerSeen(let footerOffset):
                let step = takeEndMagic(behind: footerOffset, in: window, from: &position)
                if let step { return step }
            case .chunk(let chunkOffset, let end, let declaredEnd, let expected) where offset >= end:
                state = .records
                return endChunk(
                    at: chunkOffset,
                    missing: declaredEnd - end,
                    expected: expected,
                    position: position
                )
            case .chunk(_, let end, _, _):
                return try takeRecord(in: window, from: &position, end: end)
            case .packedChunk(let chunk):
                return takePackedRecord(of: chunk, in: window, from: &position)
            case .records:
                return try takeRecord(in: window, from: &position, end: fileByteCount)
            }
        }
    }

    /// Lends the bytes that the ranges of the last item index.
    ///
    /// - Parameters:
    ///   - window: The window of the ``next(in:from:)`` that has returned the item.
    ///   - body: Gets the window, or what a compressed chunk held.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public borrowing func withBytes<Result, Failure: Error>(
        of window: RawSpan,
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard isUnpacked else { return try body(window) }
        switch unpacker {
        case .some(let unpacker): return try unpacker.withBytes(body)
        case .none: return try body(window)
        }
    }

    // MARK: Records

    private mutating func takeRecord(
        in window: RawSpan,
        from position: inout Int,
        end: UInt64
    ) throws(Refusal) -> Step {
        let left = end - offset
        guard left >= UInt64(MCAP.recordHeadByteCount) else {
            guard !isFirstRecord else { throw .cutInBeginning(byteCount: fileByteCount) }
            return tear(left, at: position)
        }
        guard window.byteCount - position >= MCAP.recordHeadByteCount else {
            return .needsMore(byteCount: MCAP.recordHeadByteCount)
        }
        let (opcode, length) = recordHead(in: window, at: position)
        guard !isFirstRecord || opcode == MCAP.Opcode.header else {
            throw .foreignProfile("no header")
        }
        if opcode == 0 {
            guard !isInChunk else {
                return skip(left, detail: "zeros where a record should begin", at: position)
            }
            state = .zeros(since: offset)
            return takeZeros(since: offset, in: window, from: &position)
        }
        if opcode == MCAP.Opcode.chunk, !isInChunk {
            return takeChunkHead(length: length, left: left, in: window, from: &position)
        }
        let room = left - UInt64(MCAP.recordHeadByteCount)
        guard length <= room || !isFirstRecord else {
            throw .cutInBeginning(byteCount: fileByteCount)
        }
        guard length <= room else {
            return overrun(opcode: opcode, length: length, left: left, at: position)
        }
        guard length <= Self.recordByteCountMax else {
            return skip(
                left,
                detail: "\(length) bytes, over the limit of \(Self.recordByteCountMax)",
                at: position
            )
        }
        let recordByteCount = MCAP.recordHeadByteCount + Int(length)
        guard window.byteCount - position >= recordByteCount else {
            return .needsMore(byteCount: recordByteCount)
        }
        let record = position..<position + recordByteCount
        let body = position + MCAP.recordHeadByteCount..<record.upperBound
        let recordOffset = offset
        position = record.upperBound
        offset += UInt64(recordByteCount)
        if isInChunk { crc.add(window.extracting(record)) }
        let item = read(opcode, body, recordOffset: recordOffset, in: window)
        if isFirstRecord {
            isFirstRecord = false
            guard case .header(let profile, _) = item else {
                throw .foreignProfile("no header")
            }
            guard profile == Preamble.profile else { throw .foreignProfile(profile) }
        }
        if opcode == MCAP.Opcode.footer, !isInChunk { state = .footerSeen(since: recordOffset) }
        return .item(item, record: record, offset: recordOffset)
    }

    private func read(
        _ opcode: UInt8,
        _ body: Range<Int>,
        recordOffset: UInt64,
        in window: RawSpan
    ) -> Item {
        var reader = ByteReader(body)
        do throws(CaptureFormatError) {
            switch opcode {
            case MCAP.Opcode.message:
                let channel = try reader.integer(UInt16.self, "channel_id", in: window)
                _ = try reader.integer(UInt32.self, "sequence", in: window)
                let time = try reader.integer(UInt64.self, "log_time", in: window)
                let arrival = try reader.integer(UInt64.self, "publish_time", in: window)
                return .message(
                    channel: channel,
                    time: Instant(nanoseconds: time),
                    arrival: Instant(nanoseconds: arrival),
                    data: reader.rest
                )
            case MCAP.Opcode.header:
                let profile = try reader.string("profile", in: window)
                return .header(profile: profile, library: try reader.string("library", in: window))
            case MCAP.Opcode.schema:
                let id = try reader.integer(UInt16.self, "id", in: window)
                return .schema(id: id, name: try reader.string("name", in: window))
            case MCAP.Opcode.channel:
                let id = try reader.integer(UInt16.self, "id", in: window)
                let schema = try reader.integer(UInt16.self, "schema_id", in: window)
                let topic = try reader.string("topic", in: window)
                return .channel(id: id, schema: schema, topic: topic)
            case MCAP.Opcode.metadata:
                let name = try reader.string("name", in: window)
                let values = try reader.map("metadata", in: window)
                return .metadata(
                    name: name,
                    values: values.map { HeaderField(name: $0.0, value: $0.1) }
                )
            case MCAP.Opcode.segment: return .segment
            case MCAP.Opcode.messageIndex: return .messageIndex
            case MCAP.Opcode.dataEnd: return .dataEnd
            default: return .other(opcode: opcode)
            }
        } catch {
            return .damage(
                .unreadableRecord(
                    offset: recordOffset,
                    detail: "\(error)",
                    skippedByteCount: UInt64(body.count + MCAP.recordHeadByteCount)
                )
            )
        }
    }

    // MARK: Chunks

    private var isInChunk: Bool {
        switch state {
        case .chunk, .packedChunk: true
        default: false
        }
    }

    private mutating func takeChunkHead(
        length: UInt64,
        left: UInt64,
        in window: RawSpan,
        from position: inout Int
    ) -> Step {
        guard left >= UInt64(MCAP.chunkHeadByteCount) else { return tear(left, at: position) }
        guard window.byteCount - position >= MCAP.chunkHeadByteCount else {
            return .needsMore(byteCount: MCAP.chunkHeadByteCount)
        }
        let start = position
        let headOffset = offset
        var reader = ByteReader(start + MCAP.recordHeadByteCount..<start + MCAP.chunkHeadByteCount)
        do throws(CaptureFormatError) {
            _ = try reader.integer(UInt64.self, "start_time", in: window)
            _ = try reader.integer(UInt64.self, "end_time", in: window)
            let byteCount = try reader.integer(UInt64.self, "uncompressed_size", in: window)
            let expected = try reader.integer(UInt32.self, "uncompressed_crc", in: window)
            let nameByteCount = try reader.integer(UInt32.self, "compression", in: window)
            let (declaredEnd, overflow) = (headOffset + UInt64(MCAP.recordHeadByteCount))
                .addingReportingOverflow(length)
            guard !overflow else { throw .invalidValue(field: "chunk length") }
            guard nameByteCount == 0 else {
                return takePackedChunkHead(
                    PackedChunk(
                        offset: headOffset,
                        end: min(declaredEnd, fileByteCount),
                        declaredEnd: declaredEnd,
                        expected: expected
                    ),
                    nameByteCount: UInt64(nameByteCount),
                    byteCount: byteCount,
                    in: window,
                    from: &position
                )
            }
            let records = try reader.integer(UInt64.self, "records length", in: window)
            let fixed = UInt64(MCAP.chunkHeadByteCount - MCAP.recordHeadByteCount)
            guard length >= fixed, records == length - fixed else {
                throw .invalidValue(field: "chunk records length")
            }
            position = start + MCAP.chunkHeadByteCount
            offset += UInt64(MCAP.chunkHeadByteCount)
            let end = min(declaredEnd, fileByteCount)
            crc = CRC32()
            state = .chunk(offset: headOffset, end: end, declaredEnd: declaredEnd, crc: expected)
            let head = ChunkHead(
                compression: nil,
                storedByteCount: end - offset,
                byteCount: records,
                isCutShort: end < declaredEnd
            )
            return .item(.chunk(head), record: start..<position, offset: headOffset)
        } catch {
            return skip(left, detail: "\(error)", at: position)
        }
    }

    private mutating func endChunk(
        at chunkOffset: UInt64,
        missing: UInt64,
        expected: UInt32,
        position: Int
    ) -> Step {
        let item: Item =
            if missing > 0 {
                .damage(.chunkCutShort(chunkOffset: chunkOffset, missingByteCount: missing))
            } else if expected != 0, expected != crc.value {
                .damage(.checksumMismatch(chunkOffset: chunkOffset))
            } else {
                .chunkEnd(packedCRC: nil)
            }
        return .item(item, record: position..<position, offset: offset)
    }

    // MARK: Compressed chunks

    /// Reads the rest of a compressed chunk's head, whose first 49 bytes are in the window.
    private mutating func takePackedChunkHead(
        _ chunk: PackedChunk,
        nameByteCount: UInt64,
        byteCount: UInt64,
        in window: RawSpan,
        from position: inout Int
    ) -> Step {
        let nameStart = position + MCAP.chunkHeadByteCount - 8
        // No name of the registry is as long as this; of a longer one, the beginning will do.
        let name = String(
            decoding: bytes(of: window, nameStart..<nameStart + Int(min(nameByteCount, 8))),
            as: UTF8.self
        )
        guard nameByteCount <= 8, let compression = ChunkCompression(rawValue: name) else {
            return skipChunk(
                chunk,
                as: .compressedChunk(offset: chunk.offset, compression: name),
                at: position
            )
        }
        let headByteCount = MCAP.chunkHeadByteCount + Int(nameByteCount)
        let left = fileByteCount - offset
        guard left >= UInt64(headByteCount) else { return tear(left, at: position) }
        guard window.byteCount - position >= headByteCount else {
            return .needsMore(byteCount: headByteCount)
        }
        let stored = MCAP.integer(
            bytes(of: window, position + headByteCount - 8..<position + headByteCount)[...]
        )
        let chunkByteCount = chunk.declaredEnd - chunk.offset
        guard chunkByteCount >= UInt64(headByteCount),
            stored == chunkByteCount - UInt64(headByteCount)
        else {
            return skipChunk(
                chunk,
                as: .unpackableChunk(
                    chunkOffset: chunk.offset,
                    detail: "the length of its records is not that of the chunk"
                ),
                at: position
            )
        }
        guard byteCount <= Self.packedChunkByteCountMax else {
            return skipChunk(
                chunk,
                as: .unpackableChunk(
                    chunkOffset: chunk.offset,
                    detail: "\(byteCount) bytes of records, over the limit of "
                        + "\(Self.packedChunkByteCountMax)"
                ),
                at: position
            )
        }
        do throws(CompressionError) {
            unpacker = try ChunkUnpacker(compression, declaredByteCount: byteCount)
        } catch {
            return skipChunk(
                chunk,
                as: .unpackableChunk(chunkOffset: chunk.offset, detail: "\(error)"),
                at: position
            )
        }
        let record = position..<position + headByteCount
        position = record.upperBound
        offset += UInt64(headByteCount)
        crc = CRC32()
        packedCRC = CRC32()
        state = .packedChunk(chunk)
        let head = ChunkHead(
            compression: compression,
            storedByteCount: chunk.end - offset,
            byteCount: byteCount,
            isCutShort: chunk.end < chunk.declaredEnd
        )
        return .item(.chunk(head), record: record, offset: chunk.offset)
    }

    private mutating func takePackedRecord(
        of chunk: PackedChunk,
        in window: RawSpan,
        from position: inout Int
    ) -> Step {
        while true {
            let found = unpacker?.next() ?? .end
            switch found {
            case .record(let record):
                isUnpacked = true
                let item = withBytes(of: window) { bytes in
                    read(
                        recordOpcode(in: bytes, at: record.lowerBound),
                        record.dropFirst(MCAP.recordHeadByteCount),
                        recordOffset: chunk.offset,
                        in: bytes
                    )
                }
                crc = withBytes(of: window) { bytes in
                    var sum = crc
                    sum.add(bytes.extracting(record))
                    return sum
                }
                return .item(item, record: record, offset: chunk.offset)
            case .malformed(let detail):
                return leavePackedChunk(chunk, detail: detail, at: position)
            case .nothing, .end:
                do throws(CompressionError) {
                    let step = try feedUnpacker(to: chunk.end, in: window, from: &position)
                    if let step { return step }
                } catch {
                    return leavePackedChunk(chunk, detail: "\(error)", at: position)
                }
            }
        }
    }

    /// Gives the unpacker what the window holds of its chunk.
    ///
    /// - Returns: What stops the reading of the chunk here; `nil` when it can go on.
    private mutating func feedUnpacker(
        to end: UInt64,
        in window: RawSpan,
        from position: inout Int
    ) throws(CompressionError) -> Step? {
        let inside = Int(min(end - offset, UInt64(window.byteCount - position)))
        guard inside > 0 || offset == end else { return .needsMore(byteCount: 1) }
        let input = window.extracting(position..<position + inside)
        let fed = try unpacker?.feed(input) ?? (consumed: 0, isProgress: false)
        packedCRC.add(input.extracting(..<fed.consumed))
        position += fed.consumed
        offset += UInt64(fed.consumed)
        guard inside == 0, !fed.isProgress, case .packedChunk(let chunk) = state else { return nil }
        return try endPackedChunk(chunk, position: position)
    }

    /// Everything of the chunk that the file holds has been unpacked.
    private mutating func endPackedChunk(
        _ chunk: PackedChunk,
        position: Int
    ) throws(CompressionError) -> Step {
        let item: Item
        if chunk.end < chunk.declaredEnd {
            item = .damage(
                .packedChunkCutShort(
                    chunkOffset: chunk.offset,
                    missingByteCount: chunk.declaredEnd - chunk.end
                )
            )
            state = .records
        } else {
            try unpacker?.finish()
            if chunk.expected != 0, chunk.expected != crc.value {
                item = .damage(.checksumMismatch(chunkOffset: chunk.offset))
                // The end of the chunk is told next.
                var told = chunk
                told.expected = 0
                state = .packedChunk(told)
            } else {
                item = .chunkEnd(packedCRC: packedCRC.value)
                state = .records
            }
        }
        if state == .records { unpacker = nil }
        return .item(item, record: position..<position, offset: offset)
    }

    /// Gives a compressed chunk up where it stops making sense, and goes on behind it.
    private mutating func leavePackedChunk(
        _ chunk: PackedChunk,
        detail: String,
        at position: Int
    ) -> Step {
        unpacker = nil
        return skipChunk(
            chunk,
            as: .unpackableChunk(chunkOffset: chunk.offset, detail: detail),
            at: position
        )
    }

    private mutating func skipChunk(
        _ chunk: PackedChunk,
        as damage: CaptureDamage,
        at position: Int
    ) -> Step {
        skip(chunk.end - offset, as: damage, at: position)
    }

    // MARK: What is wrong

    /// The bytes that are left are no whole record.
    private mutating func tear(_ left: UInt64, at position: Int) -> Step {
        if case .chunk(let chunkOffset, let end, let declaredEnd, _) = state {
            state = declaredEnd > end ? .ended(.unfinished(tornByteCount: left)) : .records
            guard declaredEnd > end else {
                return skip(left, detail: "\(left) bytes at the end of a chunk", at: position)
            }
            return .item(
                .damage(
                    .chunkCutShort(chunkOffset: chunkOffset, missingByteCount: declaredEnd - end)
                ),
                record: position..<position,
                offset: offset
            )
        }
        state = .ended(.unfinished(tornByteCount: left))
        return .end(.unfinished(tornByteCount: left))
    }

    /// A record reaches past the end of what holds it.
    private mutating func overrun(
        opcode: UInt8,
        length: UInt64,
        left: UInt64,
        at position: Int
    ) -> Step {
        if case .chunk(_, let end, let declaredEnd, _) = state, end == declaredEnd {
            return skip(
                left,
                detail: "a record of \(length) bytes with \(left) left in its chunk",
                at: position
            )
        }
        // A torn record is at most as long as the ones that are written.
        guard length <= Self.recordByteCountMax else {
            return skip(left, detail: "a record of \(length) bytes", at: position)
        }
        return tear(left, at: position)
    }

    /// Follows a run of zeros: one that reaches the end of the file is what a power loss leaves.
    private mutating func takeZeros(
        since start: UInt64,
        in window: RawSpan,
        from position: inout Int
    ) -> Step {
        while offset < fileByteCount {
            guard position < window.byteCount else { return .needsMore(byteCount: 1) }
            guard recordOpcode(in: window, at: position) == 0 else {
                return skip(
                    fileByteCount - offset,
                    as: .unreadableRecord(
                        offset: start,
                        detail: "zeros where a record should begin",
                        skippedByteCount: fileByteCount - start
                    ),
                    at: position
                )
            }
            position += 1
            offset += 1
        }
        state = .ended(.unfinished(tornByteCount: fileByteCount - start))
        return .item(
            .damage(.zeros(offset: start, byteCount: fileByteCount - start)),
            record: position..<position,
            offset: start
        )
    }

    /// Steps over the rest of the chunk or file, which the window need not hold.
    private mutating func skip(_ byteCount: UInt64, detail: String, at position: Int) -> Step {
        skip(
            byteCount,
            as: .unreadableRecord(offset: offset, detail: detail, skippedByteCount: byteCount),
            at: position
        )
    }

    private mutating func skip(
        _ byteCount: UInt64,
        as damage: CaptureDamage,
        at position: Int
    ) -> Step {
        let start = offset
        pendingSkip = byteCount
        offset += byteCount
        if isInChunk { state = .records }
        if offset >= fileByteCount { state = .ended(.unfinished(tornByteCount: 0)) }
        return .item(.damage(damage), record: position..<position, offset: start)
    }

    // MARK: Magic

    private mutating func takeMagic(
        in window: RawSpan,
        from position: inout Int
    ) throws(Refusal) -> Step? {
        guard fileByteCount > 0 else { throw .empty }
        let wanted = min(MCAP.magic.count, Int(clamping: fileByteCount))
        guard window.byteCount - position >= wanted else { return .needsMore(byteCount: wanted) }
        let found = bytes(of: window, position..<position + wanted)
        guard found == Array(MCAP.magic.prefix(wanted)) else { throw .notMCAP(firstBytes: found) }
        guard wanted == MCAP.magic.count else { throw .cutInBeginning(byteCount: fileByteCount) }
        position += wanted
        offset += UInt64(wanted)
        state = .records
        return nil
    }

    private mutating func takeEndMagic(
        behind footerOffset: UInt64,
        in window: RawSpan,
        from position: inout Int
    ) -> Step? {
        let left = fileByteCount - offset
        let wanted = min(MCAP.magic.count, Int(clamping: left))
        guard window.byteCount - position >= wanted else { return .needsMore(byteCount: wanted) }
        guard bytes(of: window, position..<position + wanted) == MCAP.magic else {
            guard wanted == MCAP.magic.count else {
                state = .ended(.unfinished(tornByteCount: left))
                return nil
            }
            // What was a footer by its opcode is not the end; there may be records behind it.
            state = .records
            return .item(
                .damage(
                    .unreadableRecord(
                        offset: footerOffset,
                        detail: "a footer that does not end the file",
                        skippedByteCount: 0
                    )
                ),
                record: position..<position,
                offset: offset
            )
        }
        position += wanted
        offset += UInt64(wanted)
        state = .ended(.sealed)
        let trailing = fileByteCount - offset
        guard trailing > 0 else { return nil }
        return .item(
            .damage(.trailingBytes(offset: offset, byteCount: trailing)),
            record: position..<position,
            offset: offset
        )
    }

    private func bytes(of window: RawSpan, _ range: Range<Int>) -> [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe window.extracting(range).withUnsafeBytes { unsafe Array($0) }
    }

    /// The opcode and length of the record at `position`; its nine bytes are in the window.
    private func recordHead(in window: RawSpan, at position: Int) -> (opcode: UInt8, length: UInt64)
    {
        // Safety: the load is bounds-checked, and any bit pattern is an integer.
        let length = unsafe window.unsafeLoadUnaligned(
            fromByteOffset: position + 1,
            as: UInt64.self
        )
        return (recordOpcode(in: window, at: position), UInt64(littleEndian: length))
    }

    private func recordOpcode(in window: RawSpan, at position: Int) -> UInt8 {
        // Safety: the load is bounds-checked, and any bit pattern is an integer.
        unsafe window.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }
}
