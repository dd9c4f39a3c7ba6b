internal import Vocabulary
internal import WebSocketWire

/// `ws_reorder`: messages that later ones overtake.
struct WSReorder: MessageFaultKind {
    static let type = "ws_reorder"

    private(set) var window: Int64 = 1
    private(set) var hold: Int64 = 1000

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        window = try values.integer("window", 1, in: 1...10_000)
        hold = try values.milliseconds("hold", 1000)
    }

    var attributes: [Attribute] { [Attribute("window", window), Attribute("hold", hold)] }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        ReorderStage(self, name: name)
    }
}

struct ReorderStage: MessageStage {
    private struct Held {
        var message: Message
        /// Messages that are still to overtake it.
        var count: Int64
        var due: Instant
    }

    private let attributes: WSReorder
    private let name: String
    private var queue: [Held] = []
    private(set) var heldByteCount = 0

    init(_ attributes: WSReorder, name: String) {
        self.attributes = attributes
        self.name = name
    }

    var wakeTime: Instant? { queue.map(\.due).min() }

    /// Those that overtake are counted, and nothing is left behind a close frame.
    func needs(_ opcode: Opcode) -> Bool {
        !queue.isEmpty && (!opcode.isControl || opcode == .close)
    }

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        // One that is held itself has not overtaken anybody.
        heldByteCount += message.byteCount
        queue.append(
            Held(
                message: message,
                count: attributes.window,
                due: turn.now.advanced(by: .milliseconds(attributes.hold))
            )
        )
        passDue(at: turn.now, output: &output)
    }

    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput) {
        if piece.isLast { release(at: now, output: &output) }
        output.pass(piece)
        guard piece.endsMessage else { return }
        for index in queue.indices { queue[index].count -= 1 }
        passDue(at: now, output: &output)
    }

    mutating func wake(_ turn: inout Turn, output: inout MessageOutput) {
        passDue(at: turn.now, output: &output)
    }

    mutating func release(at now: Instant, output: inout MessageOutput) {
        for held in queue { output.pass(Piece.message(held.message).held(by: name)) }
        queue = []
        heldByteCount = 0
    }

    private mutating func passDue(at now: Instant, output: inout MessageOutput) {
        while let index = queue.firstIndex(where: { $0.count <= 0 || $0.due <= now }) {
            let held = queue.remove(at: index)
            heldByteCount -= held.message.byteCount
            output.pass(Piece.message(held.message).held(by: name))
        }
    }
}
