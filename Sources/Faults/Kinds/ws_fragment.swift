internal import Vocabulary
internal import WebSocketWire

/// `ws_fragment`: the same message in other frames (RFC 6455 §5.4).
struct WSFragment: MessageFaultKind {
    static let type = "ws_fragment"

    private(set) var size: Int64 = 1

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        size = try values.integer("size", 1, in: 1...(16 << 20))
    }

    var attributes: [Attribute] { [Attribute("size", size)] }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        FragmentStage(size: Int(size))
    }
}

struct FragmentStage: MessageStage {
    let size: Int

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        var message = message
        if !message.opcode.isControl { message.fragments = (size, turn.fault) }
        output.pass(message)
    }
}
