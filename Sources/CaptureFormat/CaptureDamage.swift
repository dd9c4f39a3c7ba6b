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
    /// A chunk that another program has compressed.
    case compressedChunk(offset: UInt64, compression: String)
    /// Bytes after the end of the file's content.
    case trailingBytes(offset: UInt64, byteCount: UInt64)
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
            "the chunk at byte \(offset) is compressed (\(compression)) and was skipped"
        case .trailingBytes(let offset, let count):
            "\(count) bytes follow the end of the capture at byte \(offset)"
        }
    }
}
