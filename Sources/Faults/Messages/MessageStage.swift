internal import Vocabulary
internal import WebSocketWire

/// What a stage needs to know of the moment at which it acts.
struct Turn {
    /// The time.
    let now: Instant
    /// The fault's name.
    let fault: String
    /// The flow.
    let direction: Direction
    /// The share of what is meant that is touched.
    let toxicity: Float
    /// The dice of this message and this fault.
    var chance: SeededGenerator

    /// Whether the dice are for it.
    mutating func draws() -> Bool {
        Double(chance.next() >> 11) * 0x1p-53 < Double(toxicity)
    }

    /// A mask key for a frame of our own; servers send without (RFC 6455 §5.1).
    mutating func makeMaskKey() -> UInt32? {
        direction == .clientToServer ? UInt32(truncatingIfNeeded: chance.next()) : nil
    }
}

/// What a stage wants done, in order.
struct MessageOutput {
    /// Goes to the next stage.
    var pieces: [Piece] = []
    /// Nothing goes on any more, and nobody is told.
    var isBlackHole = false

    mutating func pass(_ message: Message) { pieces.append(.message(message)) }
    mutating func pass(_ piece: Piece) { pieces.append(piece) }
}

/// One fault on messages at work on one direction of one connection.
///
/// A stage is told of the messages that it is meant to touch, and of everything else that comes by, in
/// order. It never waits: what is to happen later stands in ``wakeTime``.
protocol MessageStage {
    /// Touches a message.
    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput)

    /// Lets something by that is not meant; it must not overtake what the stage keeps in order.
    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput)

    /// Does what is due.
    mutating func wake(_ turn: inout Turn, output: inout MessageOutput)

    /// When there is something to do next; `nil` when only input can change anything.
    var wakeTime: Instant? { get }

    /// Bytes that came and have not gone on.
    var heldByteCount: Int { get }

    /// Whether a message has to come whole although it is not meant.
    func needs(_ opcode: Opcode) -> Bool

    /// The fault is removed: what is held goes on at once.
    mutating func release(at now: Instant, output: inout MessageOutput)
}

extension MessageStage {
    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput) {
        output.pass(piece)
    }
    mutating func wake(_ turn: inout Turn, output: inout MessageOutput) {}
    var wakeTime: Instant? { nil }
    var heldByteCount: Int { 0 }
    func needs(_ opcode: Opcode) -> Bool { false }
    mutating func release(at now: Instant, output: inout MessageOutput) {}
}

/// A kind of fault on messages: its attributes, and how it begins to work.
protocol MessageFaultKind: Sendable {
    /// The name in the control API.
    static var type: String { get }
    /// The messages that it is meant for when `match_opcode` names none.
    static var named: Set<Opcode> { get }

    /// With attributes at their defaults, whether or not they can be worked with.
    init()

    /// Reads attributes.
    init(_ values: AttributeValues) throws(FaultFlaw)

    /// Its own attributes.
    var attributes: [Attribute] { get }

    /// Messages that it waits for; `nil` for those of the selection, empty for none: it acts by the clock.
    var waitsFor: Set<Opcode>? { get }

    /// The fault at work from now on.
    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage
}

extension MessageFaultKind {
    static var named: Set<Opcode> { [.text, .binary] }
    var waitsFor: Set<Opcode>? { nil }
}
