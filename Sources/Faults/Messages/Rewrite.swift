public import Vocabulary

public import struct NIOCore.ByteBuffer

/// Other bytes go on than had come.
public struct Rewrite: Equatable, Sendable {
    /// What becomes of the received bytes.
    public enum Kind: Sendable {
        /// They never go on; what does are control frames from among them.
        case dropped
        /// A message goes on with another payload.
        case altered
        /// The same message goes on in other frames, or without its compression.
        case recoded
        /// They do not go on here, and perhaps later.
        case deferred
        /// Deferred bytes go on here.
        case late
        /// A message goes on once more.
        case duplicated
        /// A message that no peer has sent goes on.
        case inserted
    }

    /// What becomes of them.
    public var kind: Kind
    /// The received bytes; empty where bytes are put in.
    public var range: Range<ByteOffset>
    /// What goes on in their place.
    public var sent: ByteBuffer
    /// Where the message stands whose bytes they are, for `late` and `duplicated`.
    public var origin: ByteOffset = 0
    /// The fault.
    public var cause: String
}
