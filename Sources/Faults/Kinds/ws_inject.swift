internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// `ws_inject`: messages that no peer has sent, behind others or by the clock.
struct WSInject: MessageFaultKind {
    static let type = "ws_inject"

    /// What they are.
    enum Kind: String, CaseIterable {
        /// Text, or binary when the payload is given in Base64.
        case auto
        case text
        case binary
        case ping
        case pong

        func opcode(isText: Bool) -> Opcode {
            switch self {
            case .auto: isText ? .text : .binary
            case .text: .text
            case .binary: .binary
            case .ping: .ping
            case .pong: .pong
            }
        }
    }

    private(set) var text = ""
    private(set) var base64 = ""
    private(set) var kind = Kind.auto
    private(set) var opcode = Opcode.text
    private(set) var interval: Int64 = 0
    private(set) var payload: [UInt8] = []

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        text = values.text("text", "")
        base64 = values.text("base64", "")
        kind = try values.word("opcode", .auto)
        opcode = kind.opcode(isText: base64.isEmpty)
        interval = try values.milliseconds("interval", 0)
        guard text.isEmpty || base64.isEmpty else {
            throw FaultFlaw("both text and base64 are given; a message has one payload")
        }
        if base64.isEmpty {
            payload = Array(text.utf8)
        } else if let bytes = Base64.bytes(base64) {
            payload = bytes
        } else {
            throw FaultFlaw("base64 is no Base64 (RFC 4648 §4)")
        }
        // RFC 6455 §5.5: a control frame's payload has 125 bytes at most.
        guard !opcode.isControl || payload.count <= 125 else {
            throw FaultFlaw("a \(opcode) has a payload of 125 bytes at most")
        }
    }

    var attributes: [Attribute] {
        [
            Attribute("text", text), Attribute("base64", base64),
            Attribute("opcode", kind.rawValue), Attribute("interval", interval),
        ]
    }

    /// By the clock it waits for no message.
    var waitsFor: Set<Opcode>? { interval > 0 ? [] : nil }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        InjectStage(self, fault, at: now)
    }
}

struct InjectStage: MessageStage {
    private let attributes: WSInject
    private let fault: MessageFault
    private(set) var wakeTime: Instant?

    init(_ attributes: WSInject, _ fault: MessageFault, at now: Instant) {
        self.attributes = attributes
        self.fault = fault
        arm(at: now)
    }

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        output.pass(message)
        output.pass(made(&turn))
    }

    /// Nothing is added behind a close frame.
    func needs(_ opcode: Opcode) -> Bool { opcode == .close && wakeTime != nil }

    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput) {
        if piece.isLast { wakeTime = nil }
        output.pass(piece)
    }

    mutating func wake(_ turn: inout Turn, output: inout MessageOutput) {
        wakeTime = nil
        let limits = fault.selection.limits
        if fault.budget.take(limits, at: turn.now, isDrawn: turn.draws()) {
            output.pass(made(&turn))
        }
        if !fault.budget.isSpent(limits, at: turn.now) { arm(at: turn.now) }
    }

    private mutating func arm(at now: Instant) {
        guard attributes.interval > 0 else { return }
        wakeTime = now.advanced(by: .milliseconds(attributes.interval))
    }

    private func made(_ turn: inout Turn) -> Message {
        var bytes = ByteBuffer()
        FrameWriter.write(
            attributes.opcode,
            attributes.payload,
            maskKey: turn.makeMaskKey(),
            into: &bytes
        )
        var message = Message(
            range: 0..<0,
            arrival: turn.now,
            bytes: bytes,
            opcode: attributes.opcode
        )
        message.fate = .made(.inserted, origin: 0, cause: turn.fault)
        return message
    }
}
