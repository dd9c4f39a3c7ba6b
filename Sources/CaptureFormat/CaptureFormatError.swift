/// Why bytes are not the record that they claim to be.
public enum CaptureFormatError: Error, Equatable, Sendable {
    /// A length, count or field reaches past the end of its record.
    case truncated(field: String)
    /// A record longer than readers are willing to hold.
    case recordTooLarge(got: UInt64, limit: UInt64)
    /// A Protobuf tag or varint that no encoder writes.
    case malformedProtobuf(detail: String)
    /// A value of an enumeration that this version does not know.
    case unknownEnumerator(String)
    /// A required value is missing or out of range.
    case invalidValue(field: String)
}
