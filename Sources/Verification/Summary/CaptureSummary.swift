public import Vocabulary

/// What a capture holds, in figures.
public struct CaptureSummary: Equatable, Sendable {
    /// One connection.
    public struct Connection: Equatable, Sendable {
        /// Which one.
        public var connection: ConnectionID
        /// The client's address; empty when it is not in the capture.
        public var clientAddress = ""
        /// The request target; empty when there was no request.
        public var target = ""
        /// When the client's leg came to be, or the first record named the connection.
        public var openedAt: Instant
        /// When the upgrade was answered.
        public var answeredAt: Instant?
        /// The status of the answer; 101 when it was accepted.
        public var status: UInt32?
        /// Whether frames may follow.
        public var isAccepted = false
        /// Whether frames pass and the upgrade is not in the capture.
        public var isMidway = false
        /// What the server accepted, as in its header.
        public var extensions = ""
        /// When it ended; `nil` when the capture ended first.
        public var endedAt: Instant?
        /// How it ended; `nil` when the capture ended first.
        public var ending: Ending?
        /// What the client sent.
        public var toServer = Flow()
        /// What the server sent.
        public var toClient = Flow()
    }

    /// How a connection ended.
    public struct Ending: Equatable, Sendable {
        /// Who ended it first: `client`, `server` or `proxy`.
        public var origin: String
        /// How, in one word: `close-handshake`, `reset`, ….
        public var cause: String
        /// The same in a few words: `reset by the server`.
        public var words: String
        /// What the kernel or resolver said; empty when there is nothing to add.
        public var detail: String
        /// The client's close frame.
        public var clientClose: CloseFrame?
        /// The server's close frame.
        public var serverClose: CloseFrame?
        /// Whether both peers agreed to end it (RFC 6455 §7.1.2).
        public var isOrderly: Bool
    }

    /// What a close frame said.
    public struct CloseFrame: Equatable, Sendable {
        /// The code; 1005 when the frame had none.
        public var code: UInt16
        /// The reason.
        public var reason: String
    }

    /// A time that was not recorded.
    public struct Gap: Equatable, Sendable {
        /// The first instant that is not covered.
        public var from: Instant
        /// The last instant that is not covered.
        public var through: Instant
        /// Recording never went on.
        public var isOpen = false
        /// How many bytes of records are missing.
        public var byteCount: UInt64
        /// How many bytes of a stream are missing; 0 where records are what is counted.
        public var streamByteCount: UInt64 = 0
        /// The connection that it concerns, when it is one.
        public var connection: ConnectionID?
        /// The direction, when it is one.
        public var direction: Direction?
        /// How many frames are missing, wholly or in part.
        public var frameCount: UInt64 = 0
        /// Why, in one sentence.
        public var reason: String
    }

    /// What flowed in one direction.
    public struct Flow: Equatable, Sendable {
        /// Whole frames.
        public var frameCount: UInt64 = 0
        /// Bytes on the wire, heads included, of whole and cut frames.
        public var byteCount: UInt64 = 0
        /// Data messages, those that were cut included.
        public var messageCount: UInt64 = 0

        mutating func add(_ other: Flow) {
            frameCount += other.frameCount
            byteCount += other.byteCount
            messageCount += other.messageCount
        }
    }

    /// A time without any open connection to a target, between two that were accepted.
    public struct Outage: Equatable, Sendable {
        /// The path.
        public var path: String
        /// When the last connection ended.
        public var from: Instant
        /// When the next upgrade was accepted.
        public var through: Instant
        /// The connection that ended.
        public var before: ConnectionID
        /// The connection that was accepted.
        public var after: ConnectionID
        /// Attempts in between that were not accepted.
        public var refusedCount: UInt64

        /// How long it was.
        public var duration: Duration { through.since(from) }
    }

    /// Frames of one opcode.
    public struct OpcodeFigures: Equatable, Sendable {
        /// The opcode: `text`, `ping`, …, or `reserved-3`.
        public var opcode: String
        /// Frames.
        public var frameCount: UInt64
        /// Payload bytes on the wire.
        public var payloadByteCount: UInt64
    }

    /// What one direction of all connections carried.
    public struct DirectionFigures: Equatable, Sendable {
        /// The flow.
        public var direction: Direction
        /// Totals.
        public var total = Flow()
        /// Frames by opcode, ascending by opcode.
        public var opcodes: [OpcodeFigures] = []
        /// Messages that are JSON objects.
        public var jsonCount: UInt64 = 0
        /// How many JSON messages have each type, the most frequent first; without a type: `""`.
        public var types: [TypeFigures] = []
    }

    /// Messages of one type.
    public struct TypeFigures: Equatable, Sendable {
        /// The type; empty for objects without one.
        public var type: String
        /// How many.
        public var count: UInt64
    }

    /// The connections, in the order of their numbers.
    public var connections: [Connection] = []
    /// How many connections there were beyond those listed.
    public var unlistedConnectionCount: UInt64 = 0
    /// Times without a connection.
    public var outages: [Outage] = []
    /// Both directions.
    public var directions: [DirectionFigures] = []
    /// Gaps that the recorder confessed.
    public var gaps: [Gap] = []
    /// What faults did, and the marks on the timeline.
    public var faults = FaultLedger()
    /// What is to be said of the packets that the capture was read from, one sentence each.
    public var notes: [String] = []
    /// Records of any kind.
    public var recordCount: UInt64 = 0
    /// The time of the first record.
    public var firstTime: Instant?
    /// The time of the last record.
    public var lastTime: Instant?
    /// In what state the file was found.
    public var fileState = FileState.sealed

    /// From the first record to the last.
    public var duration: Duration {
        guard let firstTime, let lastTime else { return .zero }
        return lastTime.since(firstTime)
    }
}
