public import Vocabulary

/// One end of a stream.
public enum Side: Int, Hashable, Sendable, CaseIterable {
    /// Who sent SYN; where that was not seen, who sent the first segment.
    case first = 0
    /// The other one.
    case second = 1

    /// The other end.
    public var other: Side { self == .first ? .second : .first }
}

/// What is known of a TCP stream when it is first seen.
public struct StreamFacts: Equatable, Sendable {
    /// The number of the stream in the order of being seen, from 1.
    public var number: UInt64
    /// The two ends.
    public var first: SocketAddress
    /// The other of the two ends.
    public var second: SocketAddress
    /// Whether its beginning was seen; ``Side/first`` is the one that dialled then.
    public var isFromStart: Bool
    /// The sequence number of the first segment that was seen.
    public var firstSequence: UInt32
    /// When it was first seen.
    public var began: Instant

    /// Creates facts.
    public init(
        number: UInt64,
        first: SocketAddress,
        second: SocketAddress,
        isFromStart: Bool,
        firstSequence: UInt32,
        began: Instant
    ) {
        self.number = number
        self.first = first
        self.second = second
        self.isFromStart = isFromStart
        self.firstSequence = firstSequence
        self.began = began
    }

    /// An end's address.
    public subscript(side: Side) -> SocketAddress { side == .first ? first : second }
}

/// What happens on a TCP stream, in the order in which it can be known.
public enum StreamEvent: Equatable, Sendable {
    /// Why bytes are missing.
    public enum GapReason: Equatable, Sendable {
        /// The receiver acknowledged them: they were sent, and the capture does not hold them.
        case notCaptured
        /// The capture holds only the beginning of the packet.
        case snapLength
        /// Nobody acknowledged them: they may never have arrived.
        case notAcknowledged
        /// Too much came behind them to be held any longer.
        case heldTooLong
    }

    /// How a stream ended.
    public enum End: Equatable, Sendable {
        /// Both sides sent FIN.
        case finished
        /// A side sent RST.
        case reset(Side)
        /// A new connection uses the same addresses and ports.
        case replaced
        /// Too many streams: it is not followed any more.
        case dropped
        /// The capture ends while it is open.
        case captureEnded
    }

    /// The stream is seen for the first time.
    case began
    /// The next bytes that a side sent; they come with the event.
    case bytes(Side, offset: UInt64)
    /// Bytes that a side sent are not there.
    case gap(Side, offset: UInt64, byteCount: UInt64, GapReason)
    /// All bytes of a side before this offset were acknowledged.
    case acknowledged(Side, through: UInt64)
    /// A side sent other bytes a second time; those that came first count.
    case conflict(Side, offset: UInt64, byteCount: Int)
    /// A side has sent FIN, and everything before it is there.
    case closed(Side)
    /// A side has broken the connection off; the other one may still have sent bytes.
    case reset(Side)
    /// Nothing more comes.
    case ended(End)
}
