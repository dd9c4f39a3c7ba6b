/// The limits on what the reference peers take from each other.
public enum MessageLimits {
    /// The largest message in bytes, and so the largest frame: 16 MiB.
    ///
    /// A larger one closes the connection with 1009.
    public static let messageBytesMax = 16 << 20
    /// The most fragments of one message.
    static let fragmentsMax = 16_384
    /// The most bytes of a peer's text that are repeated in a log line.
    static let loggedBytesMax = 200
}
