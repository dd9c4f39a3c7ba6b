internal import Vocabulary

/// What the head and the indexes of one chunk will need, collected while its records are written or
/// read.
struct Segment {
    /// How the records of a compressed chunk stand in the file.
    struct Packed {
        var compression: ChunkCompression
        /// Bytes that they take in the file.
        var byteCount: UInt64
    }

    /// Where the head stands in the file.
    let headOffset: UInt64
    /// How the records are compressed; `nil` when they stand as they are.
    var packed: Packed?
    /// Bytes of the records so far.
    private(set) var byteCount: UInt64 = 0
    /// Checksum of the records so far.
    private(set) var crc = CRC32()
    private(set) var messageCount: UInt64 = 0
    private(set) var firstTime: UInt64 = 0
    private(set) var lastTime: UInt64 = 0
    /// `(log_time, offset)` pairs by channel id, as a MessageIndex record will hold them.
    private(set) var indexes: [UInt16: [UInt8]] = [:]

    init(headOffset: UInt64) {
        self.headOffset = headOffset
    }

    /// Bytes of the head: 49, and the name of the compression.
    var headByteCount: UInt64 {
        UInt64(MCAP.chunkHeadByteCount + compressionName.utf8.count)
    }
    /// Bytes that the records take in the file so far.
    var storedByteCount: UInt64 { packed?.byteCount ?? byteCount }
    /// Where the records end so far.
    var endOffset: UInt64 { headOffset + headByteCount + storedByteCount }
    /// The compression's name as MCAP has it; empty for none.
    var compressionName: String { packed?.compression.rawValue ?? "" }

    /// Notes a whole record of the segment.
    mutating func note(channel: UInt16, time: UInt64, record: RawSpan) {
        var entry = ByteWriter(capacity: 16)
        entry.append(littleEndian: time)
        entry.append(littleEndian: byteCount)
        entry.withBytes { add(entries: $0, channel: channel) }
        add(records: record, count: 1, firstTime: time, lastTime: time)
    }

    /// Adds a run of whole records whose times are known.
    mutating func add(records: RawSpan, count: UInt64, firstTime: UInt64, lastTime: UInt64) {
        if messageCount == 0 {
            self.firstTime = firstTime
            self.lastTime = lastTime
        }
        self.firstTime = min(self.firstTime, firstTime)
        self.lastTime = max(self.lastTime, lastTime)
        messageCount += count
        byteCount += UInt64(records.byteCount)
        crc.add(records)
    }

    /// Adds index entries of a channel; offsets count from the segment's first record.
    mutating func add(entries: RawSpan, channel: UInt16) {
        // Safety: the pointer is used while the span is alive.
        unsafe entries.withUnsafeBytes { source in
            unsafe indexes[channel, default: []].append(contentsOf: source)
        }
    }

    /// The head of the chunk over these records.
    func chunkHead() -> [UInt8] {
        var out = ByteWriter(capacity: 64)
        out.append(MCAP.Opcode.chunk)
        out.append(littleEndian: headByteCount - UInt64(MCAP.recordHeadByteCount) + storedByteCount)
        out.append(littleEndian: firstTime)
        out.append(littleEndian: lastTime)
        out.append(littleEndian: byteCount)
        out.append(littleEndian: crc.value)
        out.string(compressionName)
        out.append(littleEndian: storedByteCount)
        precondition(UInt64(out.count) == headByteCount, "chunk head of \(out.count) bytes")
        return out.copy()
    }

    /// The private record that holds the place of ``chunkHead()``, which is not compressed.
    static func placeholder() -> [UInt8] {
        var out = ByteWriter(capacity: 64)
        out.append(MCAP.Opcode.segment)
        out.append(littleEndian: UInt64(MCAP.chunkHeadByteCount - MCAP.recordHeadByteCount))
        out.append(Array("wscap: segment open, seal to index".utf8.prefix(40)))
        while out.count < MCAP.chunkHeadByteCount { out.append(UInt8(ascii: ".")) }
        return out.copy()
    }

    /// The bytes to put before a head at `offset` so that it stays within one page of 4096 bytes.
    ///
    /// A head that lies in one page is overwritten in one step, as far as a killed process is
    /// concerned.
    static func padding(at offset: UInt64) -> [UInt8] {
        let page: UInt64 = 4096
        let room = page - offset % page
        guard room < UInt64(MCAP.chunkHeadByteCount) else { return [] }
        var out = ByteWriter(capacity: 128)
        out.append(MCAP.Opcode.padding)
        // The padding is a record itself and needs a head of its own.
        let body =
            room >= UInt64(MCAP.recordHeadByteCount)
            ? room - UInt64(MCAP.recordHeadByteCount) : room
        out.append(littleEndian: body)
        out.append([UInt8](repeating: 0, count: Int(body)))
        return out.copy()
    }
}
