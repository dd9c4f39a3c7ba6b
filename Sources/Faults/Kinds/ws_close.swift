internal import Vocabulary
internal import WebSocketWire

/// `ws_close`: in place of a message its receiver gets a close frame, and the connection ends.
struct WSClose: MessageFaultKind {
    static let type = "ws_close"

    private(set) var code: Int64 = 1001
    private(set) var reason = ""
    private(set) var handshake: Int64 = 1000

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        code = try values.integer("code", 1001, in: 0...4999)
        reason = values.text("reason", "")
        handshake = try values.milliseconds("handshake", 1000)
        // RFC 6455 §5.5: 125 bytes, two of them the code.
        guard reason.utf8.count <= 123 else {
            throw FaultFlaw("reason has \(reason.utf8.count) bytes; a close frame has room for 123")
        }
    }

    var attributes: [Attribute] {
        [
            Attribute("code", code), Attribute("reason", reason),
            Attribute("handshake", handshake),
        ]
    }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        CloseStage(attributes: self)
    }
}

struct CloseStage: MessageStage {
    let attributes: WSClose

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        var goodbye = Message(
            range: 0..<0,
            arrival: turn.now,
            bytes: FrameWriter.close(
                code: UInt16(clamping: attributes.code),
                reason: attributes.reason,
                maskKey: turn.makeMaskKey()
            ),
            opcode: .close
        )
        goodbye.fate = .made(.inserted, origin: 0, cause: turn.fault)
        output.pass(goodbye)
        let wait = Duration.milliseconds(attributes.handshake)
        output.pass(.end(.cut(.closeHandshake(wait: wait), cause: turn.fault)))
    }
}
