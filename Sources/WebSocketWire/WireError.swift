/// What the wire can hold that this room cannot read as WebSocket or HTTP.
public enum WireError: Error, Equatable, Sendable {
    /// A 64-bit payload length with its highest bit set (RFC 6455 §5.2 forbids it).
    case payloadLengthTooLarge(got: UInt64)
    /// An HTTP head longer than this room is willing to hold.
    case headTooLarge(limit: Int)
    /// A line of an HTTP head that is neither a start line nor a header.
    case malformedHead(line: String)
    /// A body length that cannot be understood: the end of the body is unknown.
    case malformedBodyLength(value: String)
    /// A compressed message that does not inflate (RFC 7692 §7.2.2).
    case corruptDeflateStream(detail: String)
    /// A message that inflates to more than the limit.
    case inflatedTooLarge(limit: Int)
}
