/// What keeps a capture from being rewritten without a loss.
public enum CompactObstacle: Error, Equatable, Sendable {
    /// Some of the file is not what was recorded.
    case damage(CaptureDamage)
    /// The file ends without footer and magic.
    case unfinished
    /// The file holds an MCAP record that captures of version 1 do not have.
    case foreignRecord(offset: UInt64, opcode: UInt8)
    /// The compression library refuses its work.
    case packingFailed(detail: String)
}
