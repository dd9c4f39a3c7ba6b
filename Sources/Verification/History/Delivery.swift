public import Vocabulary

/// What is known about whether a receiver's application had a message.
public enum Delivery: Equatable, Sendable {
    /// The application had it: it acknowledged it, ended the connection in order after it, or wrote
    /// it to its log.
    case accepted
    /// It may have had it. `isReached` says whether at least its kernel acknowledged the last byte,
    /// which is no proof: a process can die with a full receive buffer.
    case unknown(isReached: Bool)
    /// It cannot have had it: the last byte never was on the wire to the receiver.
    case undelivered
}

/// How far one direction of a connection had come when the connection ended.
///
/// Without faults the proxy forwards byte for byte, so a message ends at the same offset on both
/// legs, and three offsets decide what is known of it:
///
/// ```
/// 0 …… acceptedThrough …… reachedThrough …… onWireThrough …… ∞
///   accepted         unknown, reached    unknown        undelivered
/// ```
struct DirectionEnd: Equatable, Sendable {
    /// Messages that end here or before were accepted by an orderly end.
    var acceptedThrough: ByteOffset = 0
    /// Messages that end here or before were acknowledged by the receiver's kernel.
    var reachedThrough: ByteOffset = 0
    /// Messages that end after this were never on the wire to the receiver; `nil` when not known.
    var onWireThrough: ByteOffset?

    /// What is known of a message that ends at `end`.
    func delivery(ofMessageEndingAt end: ByteOffset) -> Delivery {
        if end <= acceptedThrough { return .accepted }
        if let onWireThrough, end > onWireThrough { return .undelivered }
        return .unknown(isReached: end <= reachedThrough)
    }
}

/// Where a message stands in the capture.
public struct MessagePlace: Equatable, Sendable {
    /// The connection.
    public var connection: ConnectionID
    /// The flow.
    public var direction: Direction
    /// The number of the frame that ends the message.
    public var frame: UInt64
    /// When its last byte arrived at the proxy.
    public var time: Instant
    /// Where the byte after its last one stands in the leg's byte stream.
    public var end: ByteOffset
}

extension MessagePlace: CustomStringConvertible {
    /// `c1 → frame 7 at 12:00:03.120`.
    public var description: String {
        "\(connection) \(direction.arrow) frame \(frame) at \(time.timeOfDay())"
    }
}
