internal import Vocabulary

/// Reads the summary of a sealed file, and believes nothing before the end of it.
///
/// The bytes from ``byteRange`` come in order, in windows of any size; ``finish()`` answers when
/// checksum, offsets and counts fit each other. Memory holds the channels, never the chunks.
public struct SummaryReader: ~Copyable {
    /// Where the summary stands in the file, without the footer.
    public let byteRange: Range<UInt64>

    private let footer: Footer
    private var crc = CRC32()
    private var overview = CaptureOverview()
    private var topics: [UInt16: String] = [:]
    private var statistics: Statistics?

    private struct Statistics {
        var messageCount: UInt64
        var chunkCount: UInt64
        var first: UInt64
        var last: UInt64
        var counts: [(channel: UInt16, count: UInt64)] = []
    }

    /// No file has chunks of more kinds than this.
    private static let packingCountMax = 16

    /// Begins a summary.
    ///
    /// - Parameters:
    ///   - footer: The footer of the file.
    ///   - fileByteCount: How long the file is.
    /// - Throws: ``SummaryFlaw/missing``, ``SummaryFlaw/unchecked`` or ``SummaryFlaw/pointsOutside(_:)``.
    public init(footer: Footer, fileByteCount: UInt64) throws(SummaryFlaw) {
        let tail = UInt64(MCAP.footerByteCount + MCAP.magic.count)
        let front = UInt64(MCAP.magic.count + MCAP.dataEndByteCount)
        guard footer.summaryStart > 0 else { throw .missing }
        guard footer.summaryCRC != 0 else { throw .unchecked }
        guard fileByteCount >= tail + front, footer.summaryStart >= front,
            footer.summaryStart <= fileByteCount - tail
        else { throw .pointsOutside("the footer") }
        self.footer = footer
        byteRange = footer.summaryStart..<fileByteCount - tail
    }

    /// Reads the whole records at the front of a window.
    ///
    /// - Parameter window: The summary from the last position on, as much as the caller likes.
    /// - Returns: How many bytes were read, and how many the next window must have: 0 when all is read.
    /// - Throws: ``SummaryFlaw``.
    public mutating func take(
        _ window: RawSpan
    ) throws(SummaryFlaw) -> (consumed: Int, wanted: Int) {
        var position = 0
        while true {
            let left = window.byteCount - position
            guard left >= MCAP.recordHeadByteCount else {
                crc.add(window.extracting(..<position))
                return (position, left == 0 ? 0 : MCAP.recordHeadByteCount)
            }
            var head = ByteReader(position..<position + MCAP.recordHeadByteCount)
            let (opcode, length) = try parse { () throws(CaptureFormatError) in
                let opcode = try head.integer(UInt8.self, "opcode", in: window)
                return (opcode, try head.integer(UInt64.self, "length", in: window))
            }
            guard length <= CaptureScanner.recordByteCountMax else {
                throw .unreadable(detail: "a record of \(length) bytes")
            }
            let byteCount = MCAP.recordHeadByteCount + Int(length)
            guard left >= byteCount else {
                crc.add(window.extracting(..<position))
                return (position, byteCount)
            }
            let body = position + MCAP.recordHeadByteCount..<position + byteCount
            try note(opcode, ByteReader(body), in: window)
            position += byteCount
        }
    }

    /// What the summary says, once all of it was taken.
    ///
    /// - Returns: The overview.
    /// - Throws: ``SummaryFlaw`` when it does not fit together.
    public mutating func finish() throws(SummaryFlaw) -> CaptureOverview {
        footer.addCovered(to: &crc)
        guard crc.value == footer.summaryCRC else { throw .checksumMismatch }
        guard let statistics else { throw .missing }
        guard statistics.chunkCount == overview.chunkCount else {
            throw .contradiction(
                "\(statistics.chunkCount) chunks, and an index of \(overview.chunkCount)"
            )
        }
        var left = statistics.messageCount
        for (channel, count) in statistics.counts {
            guard topics[channel] != nil else { throw .contradiction("no channel \(channel)") }
            guard count <= left else { throw .contradiction("the counts of its channels") }
            left -= count
        }
        guard left == 0 else { throw .contradiction("the counts of its channels") }
        let counts = Dictionary(
            statistics.counts.map { ($0.channel, $0.count) },
            uniquingKeysWith: { $0 + $1 }
        )
        overview.messageCount = statistics.messageCount
        overview.channels = topics.sorted { $0.key < $1.key }.map { id, topic in
            CaptureOverview.Channel(id: id, topic: topic, messageCount: counts[id] ?? 0)
        }
        if statistics.messageCount > 0 {
            overview.first = Instant(nanoseconds: statistics.first)
            overview.last = Instant(nanoseconds: statistics.last)
        }
        return overview
    }

    private mutating func note(
        _ opcode: UInt8,
        _ body: ByteReader,
        in window: RawSpan
    ) throws(SummaryFlaw) {
        switch opcode {
        case MCAP.Opcode.channel: try noteChannel(body, in: window)
        case MCAP.Opcode.statistics:
            statistics = try parse { () throws(CaptureFormatError) in
                try Self.statistics(body, in: window)
            }
        case MCAP.Opcode.chunkIndex: try noteChunkIndex(body, in: window)
        case MCAP.Opcode.metadataIndex:
            var body = body
            let (offset, length) = try parse { () throws(CaptureFormatError) in
                let offset = try body.integer(UInt64.self, "offset", in: window)
                return (offset, try body.integer(UInt64.self, "length", in: window))
            }
            try expectInside(offset, length, "a MetadataIndex")
        default: return
        }
    }

    private mutating func noteChannel(
        _ body: ByteReader,
        in window: RawSpan
    ) throws(SummaryFlaw) {
        var body = body
        let (id, topic) = try parse { () throws(CaptureFormatError) in
            let id = try body.integer(UInt16.self, "id", in: window)
            _ = try body.integer(UInt16.self, "schema_id", in: window)
            return (id, try body.string("topic", in: window))
        }
        topics[id] = topic
    }

    private static func statistics(
        _ body: ByteReader,
        in window: RawSpan
    ) throws(CaptureFormatError) -> Statistics {
        var body = body
        let messageCount = try body.integer(UInt64.self, "message_count", in: window)
        _ = try body.integer(UInt16.self, "schema_count", in: window)
        _ = try body.integer(UInt32.self, "channel_count", in: window)
        _ = try body.integer(UInt32.self, "attachment_count", in: window)
        _ = try body.integer(UInt32.self, "metadata_count", in: window)
        let chunkCount = try body.integer(UInt32.self, "chunk_count", in: window)
        var statistics = Statistics(
            messageCount: messageCount,
            chunkCount: UInt64(chunkCount),
            first: try body.integer(UInt64.self, "message_start_time", in: window),
            last: try body.integer(UInt64.self, "message_end_time", in: window)
        )
        let byteCount = try body.integer(UInt32.self, "channel_message_counts", in: window)
        var pairs = ByteReader(try body.run(byteCount: UInt64(byteCount), "counts"))
        while !pairs.rest.isEmpty {
            let channel = try pairs.integer(UInt16.self, "channel_id", in: window)
            statistics.counts.append((channel, try pairs.integer(UInt64.self, "count", in: window)))
        }
        return statistics
    }

    private mutating func noteChunkIndex(
        _ body: ByteReader,
        in window: RawSpan
    ) throws(SummaryFlaw) {
        var body = body
        let (offset, length) = try parse { () throws(CaptureFormatError) in
            _ = try body.integer(UInt64.self, "message_start_time", in: window)
            _ = try body.integer(UInt64.self, "message_end_time", in: window)
            let offset = try body.integer(UInt64.self, "chunk_start_offset", in: window)
            return (offset, try body.integer(UInt64.self, "chunk_length", in: window))
        }
        try expectInside(offset, length, "a ChunkIndex")
        let (name, stored, byteCount) = try parse { () throws(CaptureFormatError) in
            let mapByteCount = try body.integer(UInt32.self, "message_index_offsets", in: window)
            _ = try body.run(byteCount: UInt64(mapByteCount), "message_index_offsets")
            _ = try body.integer(UInt64.self, "message_index_length", in: window)
            let name = try body.string("compression", in: window)
            let stored = try body.integer(UInt64.self, "compressed_size", in: window)
            return (name, stored, try body.integer(UInt64.self, "uncompressed_size", in: window))
        }
        guard stored <= length else { throw .contradiction("a chunk smaller than its records") }
        if let index = overview.packings.firstIndex(where: { $0.compression == name }) {
            overview.packings[index].add(storedByteCount: stored, byteCount: byteCount)
        } else {
            guard overview.packings.count < Self.packingCountMax else {
                throw .contradiction("more than \(Self.packingCountMax) compressions")
            }
            var packing = CaptureOverview.Packing(compression: name)
            packing.add(storedByteCount: stored, byteCount: byteCount)
            overview.packings.append(packing)
        }
    }

    /// What an index names must lie between the magic and DataEnd.
    private func expectInside(
        _ offset: UInt64,
        _ length: UInt64,
        _ what: String
    ) throws(SummaryFlaw) {
        let end = byteRange.lowerBound - UInt64(MCAP.dataEndByteCount)
        guard offset >= UInt64(MCAP.magic.count), offset <= end, length <= end - offset else {
            throw .pointsOutside(what)
        }
    }

    private func parse<Value>(
        _ body: () throws(CaptureFormatError) -> Value
    ) throws(SummaryFlaw) -> Value {
        do throws(CaptureFormatError) {
            return try body()
        } catch {
            throw .unreadable(detail: "\(error)")
        }
    }
}
