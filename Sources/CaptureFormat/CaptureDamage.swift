/// Something that is wrong with a file, as opposed to the traffic in it.
public enum CaptureDamage: Error, Equatable, Sendable {
    /// The records of a chunk are not the ones that were written.
    case checksumMismatch(chunkOffset: UInt64)
    /// A chunk's head promises more than the file holds.
    case chunkCutShort(chunkOffset: UInt64, missingByteCount: UInt64)
    /// A record's length or content makes no sense; what follows is skipped up to `resumedAt`.
    case unreadableRecord(offset: UInt64, detail: String, skippedByteCount: UInt64)
    /// Zeros where a record should begin: what a power loss leaves.
    case zeros(offset: UInt64, byteCount: UInt64)
    /// A chunk that is compressed by an algorithm that this version does not know.
    case compressedChunk(offset: UInt64, compression: String)
    /// A compressed chunk that does not give what it promises; its records up to there were read.
    case unpackableChunk(chunkOffset: UInt64, detail: String)
    /// A compressed chunk's head promises more than the file holds; its records up to there were read.
    case packedChunkCutShort(chunkOffset: UInt64, missingByteCount: UInt64)
    /// Bytes after the end of the file's content.
    case trailingBytes(offset: UInt64, byteCount: UInt64)
    /// A packet file cannot be read behind some of its packets.
    case packets(after: UInt64, detail: String)
}

extension CaptureDamage: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .checksumMismatch(let offset):
            "the chunk at byte \(offset) fails its checksum: its records were changed after recording"
        case .chunkCutShort(let offset, let missing):
            "the chunk at byte \(offset) is cut short: \(missing) bytes are missing at the end of the file"
        case .unreadableRecord(let offset, let detail, let skipped):
            "the record at byte \(offset) is unreadable (\(detail)); \(skipped) bytes were skipped"
        case .zeros(let offset, let count):
            "\(count) zero bytes from byte \(offset) on, as a power loss leaves them"
        case .compressedChunk(let offset, let compression):
            "the chunk at byte \(offset) is compressed by '\(compression)', which this version does "
                + "not read, and was skipped"
        case .unpackableChunk(let offset, let detail):
            "the compressed chunk at byte \(offset) cannot be unpacked (\(detail)); the rest of it "
                + "was skipped"
        case .packedChunkCutShort(let offset, let missing):
            "the compressed chunk at byte \(offset) is cut short: \(missing) bytes are missing at "
                + "the end of the file"
        case .packets(let count, let detail):
            "nothing can be read behind packet \(count) (\(detail))"
        case .trailingBytes(let offset, let count):
            "\(count) bytes follow the end of the capture at byte \(offset)"
        }
    }
}
