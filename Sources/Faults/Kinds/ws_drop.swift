internal import Vocabulary

/// `ws_drop`: messages that never go on, whole.
struct WSDrop: MessageFaultKind {
    static let type = "ws_drop"

    init() {}
    init(_ values: AttributeValues) {}

    var attributes: [Attribute] { [] }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        DropStage()
    }
}

struct DropStage: MessageStage {
    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        var message = message
        // It keeps its place in the order of what passes, so that offsets stay in order.
        message.fate = .dropped(cause: turn.fault)
        output.pass(message)
    }
}
