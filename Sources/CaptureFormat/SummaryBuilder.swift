/// Collects what the end of a file must say, and writes it: DataEnd, summary, footer and magic.
struct SummaryBuilder {
    private struct ChunkEntry {
        var firstTime: UInt64
        var lastTime: UInt64
        var offset: UInt64
        /// Bytes of the whole Chunk record.
        var chunkByteCount: UInt64
        var compression: String
        var storedByteCount: UInt64
        var recordsByteCount: UInt64
        var indexOffsets: [(channel: UInt16, offset: UInt64)]
        var indexByteCount: UInt64
    }

    private struct MetadataEntry {
        var offset: UInt64
        var byteCount: UInt64
        var name: String
    }

    /// The schema and channel records as they stand in the data section.
    var schemas: [[UInt8]] = []
    var channels: [[UInt8]] = []
    private var chunks: [ChunkEntry] = []
    private var metadata: [MetadataEntry] = []
    private var messageCounts: [UInt16: UInt64] = [:]
    private var firstTime = UInt64.max
    private var lastTime: UInt64 = 0

    /// A ChunkIndex record over at most three channels, in bytes: its head, eight integers, the map
    /// and an empty string.
    private static let chunkIndexByteCount = 9 + 64 + 4 + 3 * 10 + 4
    /// DataEnd, Statistics, MetadataIndex, SummaryOffsets, footer and magic, and some to spare.
    private static let fixedByteCount = 1024

    /// So many bytes are enough for ``ending(at:dataCRC:)``, with one more chunk than there are now.
    func endingByteCountMax(copied: UInt64) -> UInt64 {
        copied + UInt64((chunks.count + 1) * Self.chunkIndexByteCount + Self.fixedByteCount)
    }

    mutating func noteMetadata(name: String, offset: UInt64, byteCount: UInt64) {
        metadata.append(MetadataEntry(offset: offset, byteCount: byteCount, name: name))
    }

    /// Notes a finished chunk and returns the MessageIndex records that must follow it.
    mutating func noteChunk(_ segment: Segment) -> [UInt8] {
        var out = ByteWriter(capacity: 4096)
        var offsets: [(channel: UInt16, offset: UInt64)] = []
        for (channel, entries) in segment.indexes.sorted(by: { $0.key < $1.key }) {
            offsets.append((channel, segment.endOffset + UInt64(out.count)))
            out.record(MCAP.Opcode.messageIndex) { body in
                body.append(littleEndian: channel)
                body.append(littleEndian: UInt32(entries.count))
                body.append(entries)
            }
            messageCounts[channel, default: 0] += UInt64(entries.count / 16)
        }
        chunks.append(
            ChunkEntry(
                firstTime: segment.firstTime,
                lastTime: segment.lastTime,
                offset: segment.headOffset,
                chunkByteCount: segment.endOffset - segment.headOffset,
                compression: segment.compressionName,
                storedByteCount: segment.storedByteCount,
                recordsByteCount: segment.byteCount,
                indexOffsets: offsets,
                indexByteCount: UInt64(out.count)
            )
        )
        guard segment.messageCount > 0 else { return out.copy() }
        firstTime = min(firstTime, segment.firstTime)
        lastTime = max(lastTime, segment.lastTime)
        return out.copy()
    }

    /// The end of the file.
    ///
    /// - Parameters:
    ///   - offset: Where DataEnd will stand.
    ///   - dataCRC: Checksum of everything before it; 0 when it is not known.
    /// - Returns: DataEnd, summary, footer and magic.
    func ending(at offset: UInt64, dataCRC: UInt32) -> [UInt8] {
        var out = ByteWriter(capacity: 4096)
        out.record(MCAP.Opcode.dataEnd) { $0.append(littleEndian: dataCRC) }
        let summaryStart = out.count
        var groups: [(opcode: UInt8, start: Int, end: Int)] = []
        func group(_ opcode: UInt8, _ write: (inout ByteWriter) -> Void) {
            let start = out.count
            write(&out)
            if out.count > start { groups.append((opcode, start, out.count)) }
        }
        group(MCAP.Opcode.schema) { out in for record in schemas { out.append(record) } }
        group(MCAP.Opcode.channel) { out in for record in channels { out.append(record) } }
        group(MCAP.Opcode.statistics) { statistics(into: &$0) }
        group(MCAP.Opcode.metadataIndex) { out in for entry in metadata { index(entry, into: &out) }
        }
        group(MCAP.Opcode.chunkIndex) { out in for chunk in chunks { index(chunk, into: &out) } }
        let offsetsStart = out.count
        for group in groups {
            out.record(MCAP.Opcode.summaryOffset) { body in
                body.append(group.opcode)
                body.append(littleEndian: offset + UInt64(group.start))
                body.append(littleEndian: UInt64(group.end - group.start))
            }
        }
        // The summary's checksum covers the footer up to and including `summary_offset_start`.
        out.append(MCAP.Opcode.footer)
        out.append(littleEndian: UInt64(20))
        out.append(littleEndian: offset + UInt64(summaryStart))
        out.append(littleEndian: offset + UInt64(offsetsStart))
        let crc = out.withBytes(from: summaryStart) { CRC32.of($0) }
        out.append(littleEndian: crc)
        out.append(MCAP.magic)
        return out.copy()
    }

    private func statistics(into out: inout ByteWriter) {
        out.record(MCAP.Opcode.statistics) { body in
            let total = messageCounts.values.reduce(0, +)
            body.append(littleEndian: total)
            body.append(littleEndian: UInt16(schemas.count))
            body.append(littleEndian: UInt32(channels.count))
            body.append(littleEndian: UInt32(0))
            body.append(littleEndian: UInt32(metadata.count))
            body.append(littleEndian: UInt32(chunks.count))
            body.append(littleEndian: total == 0 ? 0 : firstTime)
            body.append(littleEndian: lastTime)
            body.append(littleEndian: UInt32(messageCounts.count * 10))
            for (channel, count) in messageCounts.sorted(by: { $0.key < $1.key }) {
                body.append(littleEndian: channel)
                body.append(littleEndian: count)
            }
        }
    }

    private func index(_ entry: MetadataEntry, into out: inout ByteWriter) {
        out.record(MCAP.Opcode.metadataIndex) { body in
            body.append(littleEndian: entry.offset)
            body.append(littleEndian: entry.byteCount)
            body.string(entry.name)
        }
    }

    private func index(_ chunk: ChunkEntry, into out: inout ByteWriter) {
        out.record(MCAP.Opcode.chunkIndex) { body in
            body.append(littleEndian: chunk.firstTime)
            body.append(littleEndian: chunk.lastTime)
            body.append(littleEndian: chunk.offset)
            body.append(littleEndian: chunk.chunkByteCount)
            body.append(littleEndian: UInt32(chunk.indexOffsets.count * 10))
            for (channel, offset) in chunk.indexOffsets {
                body.append(littleEndian: channel)
                body.append(littleEndian: offset)
            }
            body.append(littleEndian: chunk.indexByteCount)
            body.string(chunk.compression)
            body.append(littleEndian: chunk.storedByteCount)
            body.append(littleEndian: chunk.recordsByteCount)
        }
    }
}
