internal import Vocabulary
internal import WebSocketWire

/// `ws_ping`: pings or pongs that never go on, or later; nothing else waits for them.
struct WSPing: MessageFaultKind {
    static let type = "ws_ping"
    static let named: Set<Opcode> = [.ping, .pong]

    /// Which of them.
    enum What: String, CaseIterable {
        case ping
        case pong
        case both

        var opcodes: Set<Opcode> {
            switch self {
            case .ping: [.ping]
            case .pong: [.pong]
            case .both: [.ping, .pong]
            }
        }
    }

    private(set) var what = What.both
    private(set) var delay: Int64 = 0

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        what = try values.word("what", .both)
        delay = try values.milliseconds("delay", 0)
    }

    var attributes: [Attribute] { [Attribute("what", what.rawValue), Attribute("delay", delay)] }

    var waitsFor: Set<Opcode>? { what.opcodes }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        PingStage(self, name: name)
    }
}

struct PingStage: MessageStage {
    private let attributes: WSPing
    private let name: String
    private var queue: ArraySlice<(message: Message, due: Instant)> = []
    private(set) var heldByteCount = 0

    init(_ attributes: WSPing, name: String) {
        self.attributes = attributes
        self.name = name
    }

    var wakeTime: Instant? { queue.first?.due }

    /// Nothing is left behind a close frame.
    func needs(_ opcode: Opcode) -> Bool { !queue.isEmpty && opcode == .close }

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        var message = message
        guard attributes.delay > 0 else {
            message.fate = .dropped(cause: turn.fault)
            return output.pass(message)
        }
        queue.append((message, turn.now.advanced(by: .milliseconds(attributes.delay))))
        heldByteCount += message.byteCount
    }

    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput) {
        if piece.isLast { release(at: now, output: &output) }
        output.pass(piece)
    }

    mutating func wake(_ turn: inout Turn, output: inout MessageOutput) {
        while let first = queue.first, first.due <= turn.now {
            queue.removeFirst()
            heldByteCount -= first.message.byteCount
            output.pass(Piece.message(first.message).held(by: name))
        }
    }

    mutating func release(at now: Instant, output: inout MessageOutput) {
        for held in queue { output.pass(Piece.message(held.message).held(by: name)) }
        queue = []
        heldByteCount = 0
    }
}
