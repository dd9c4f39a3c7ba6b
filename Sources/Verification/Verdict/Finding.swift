public import Vocabulary

/// The kind of wrong.
public enum Anomaly: String, Sendable, CaseIterable {
    /// Sent, or provably due, and never delivered.
    case lost
    /// Perhaps delivered, and never sent again: nobody can tell from this evidence.
    case unknown
    /// Delivered after a successor in its stream.
    case reordered
    /// Not what was sent, or not what it says it is: UTF-8, JSON or deflate data that is broken.
    case corrupted
    /// Two different messages under one number.
    case conflicting
    /// Delivered and never sent.
    case unexpected
    /// RFC 6455 or RFC 7692 broken by a peer.
    case protocolViolation = "protocol"
}

/// How a message came to be lost.
public enum LossCause: String, Sendable, CaseIterable {
    /// It had arrived at the proxy and never was on the wire to the receiver when the connection
    /// ended.
    case inFlight = "in-flight"
    /// Only its beginning arrived.
    case cut
    /// Its number never came by: the producer skipped or dropped it, or it was on its way to the
    /// proxy when a connection ended.
    case neverSent = "never-sent"
    /// A fault dropped it, or held it back and never let it go.
    case faultDropped = "fault-dropped"
    /// A fault sent something else in its place.
    case faultAltered = "fault-altered"
    /// It was on the wire to the receiver and is not in the receiver's log.
    case notLogged = "not-logged"
}

/// One instance of an anomaly, with what proves it.
public struct Finding: Equatable, Sendable {
    /// A place in the capture that shows it.
    public struct Proof: Equatable, Sendable {
        /// The connection.
        public var connection: ConnectionID
        /// The flow.
        public var direction: Direction
        /// The frame's number in that connection and direction; 0 when it is no single frame.
        public var frame: UInt64
        /// When.
        public var time: Instant

        /// Creates a proof.
        public init(connection: ConnectionID, direction: Direction, frame: UInt64, time: Instant) {
            self.connection = connection
            self.direction = direction
            self.frame = frame
            self.time = time
        }

        /// Names the frame in short, when there is one.
        public var reference: FrameReference {
            FrameReference(connection: connection, direction: direction, frame: frame)
        }

        init(_ place: MessagePlace) {
            self.init(
                connection: place.connection,
                direction: place.direction,
                frame: place.frame,
                time: place.time
            )
        }
    }

    /// The kind of wrong.
    public var anomaly: Anomaly
    /// How a lost message was lost.
    public var cause: LossCause?
    /// The flow.
    public var direction: Direction?
    /// The stream; `nil` when the message belongs to none.
    public var stream: String?
    /// The numbers concerned, in the stream's own numbering.
    public var sequences: ClosedRange<UInt64>?
    /// How many messages it concerns.
    public var count: UInt64
    /// One or two sentences that a tired person can act on.
    public var explanation: String
    /// Where to look.
    public var proof: [Proof]

    init(
        _ anomaly: Anomaly,
        cause: LossCause? = nil,
        direction: Direction? = nil,
        stream: String? = nil,
        sequences: ClosedRange<UInt64>? = nil,
        count: UInt64 = 1,
        explanation: String,
        proof: [Proof] = []
    ) {
        self.anomaly = anomaly
        self.cause = cause
        self.direction = direction
        self.stream = stream
        self.sequences = sequences
        self.count = count
        self.explanation = explanation
        self.proof = proof
    }
}

/// Findings up to a limit; all of them are counted.
public struct FindingList: Equatable, Sendable {
    /// How many findings are held of each anomaly.
    public static let heldMax = 1000

    /// The findings, in the order of being found.
    public private(set) var held: [Finding] = []
    /// How many messages all findings concern, those that are not held included.
    public private(set) var counts: [Anomaly: UInt64] = [:]
    private var heldCounts: [Anomaly: Int] = [:]
    /// How many findings are counted and not held.
    public private(set) var omittedCount: UInt64 = 0

    /// No findings.
    public init() {}

    /// Whether there is none.
    public var isEmpty: Bool { counts.isEmpty }

    /// Adds a finding.
    public mutating func add(_ finding: Finding) {
        counts[finding.anomaly, default: 0] += finding.count
        guard heldCounts[finding.anomaly, default: 0] < Self.heldMax else {
            omittedCount += 1
            return
        }
        heldCounts[finding.anomaly, default: 0] += 1
        held.append(finding)
    }

    /// How many messages the findings of an anomaly concern.
    public func count(of anomaly: Anomaly) -> UInt64 { counts[anomaly] ?? 0 }
}
