public import Queries
internal import Verification
public import Vocabulary
public import WebSocketWire

/// Which frames or messages are meant; what is not given admits all.
public struct FrameFilter: Sendable {
    /// Only this connection.
    public var connection: ConnectionID?
    /// Only this direction.
    public var direction: Direction?
    /// Only this opcode.
    public var opcode: Opcode?
    /// Nothing before this time.
    public var from: Instant?
    /// Nothing after this time.
    public var through: Instant?
    /// Only text payloads that contain this; compressed ones are searched with `--messages`.
    public var text: String?
    /// Only what fulfils this.
    public var query: Query?

    /// Creates a filter that admits everything.
    public init() {}

    /// Whether a flow may hold frames of interest.
    public func admits(_ connection: ConnectionID, _ direction: Direction) -> Bool {
        (self.connection == nil || self.connection == connection)
            && (self.direction == nil || self.direction == direction)
    }

    /// Whether a time is within bounds.
    public func admits(_ time: Instant) -> Bool {
        from.map { time >= $0 } != false && through.map { time <= $0 } != false
    }

    /// Whether an opcode is wanted.
    public func admits(_ opcode: Opcode?) -> Bool {
        self.opcode == nil || self.opcode == opcode
    }

    /// Whether a payload's text contains what is searched for.
    public func admits(text payload: String?) -> Bool {
        guard let text else { return true }
        return payload?.contains(text) == true
    }

    /// Whether a frame, whose payload has been put into `payload`, is wanted.
    func admits(_ line: FrameLine, payload: JSONPayload) -> Bool {
        admits(line.connection, line.direction) && admits(line.time)
            && admits(line.header?.opcode) && (text == nil || admits(text: line.text))
            && query?.matches(FrameSubject(line: line, payload: payload)) != false
    }

    /// Whether a message, whose payload has been put into `payload`, is wanted.
    func admits(_ message: CollectedMessage, payload: JSONPayload) -> Bool {
        let known = message.message
        guard admits(known.connection, known.direction), admits(known.began),
            admits(known.opcode)
        else { return false }
        let subject = MessageSubject(message: message, payload: payload)
        return (text == nil || admits(text: subject.text)) && query?.matches(subject) != false
    }
}
