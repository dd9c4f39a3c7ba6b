internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// `ws_duplicate`: messages go on again, behind themselves or later.
struct WSDuplicate: MessageFaultKind {
    static let type = "ws_duplicate"

    private(set) var copies: Int64 = 1
    private(set) var delay: Int64 = 0

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        copies = try values.integer("copies", 1, in: 1...100)
        delay = try values.milliseconds("delay", 0)
    }

    var attributes: [Attribute] { [Attribute("copies", copies), Attribute("delay", delay)] }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        DuplicateStage(self)
    }
}

struct DuplicateStage: MessageStage {
    private let attributes: WSDuplicate
    private var later: ArraySlice<(message: Message, due: Instant)> = []
    private(set) var heldByteCount = 0

    init(_ attributes: WSDuplicate) {
        self.attributes = attributes
    }

    var wakeTime: Instant? { later.first?.due }

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        output.pass(message)
        guard let payload = message.payload else { return }
        var copy = message
        copy.bytes = ByteBuffer()
        copy.frames = []
        // Without compression: the receiver's window must not see it twice.
        FrameWriter.write(
            message.opcode,
            payload,
            maskKey: message.maskKey,
            into: &copy.bytes
        )
        copy.fate = .made(.duplicated, origin: message.range.lowerBound, cause: turn.fault)
        let due = turn.now.advanced(by: .milliseconds(attributes.delay))
        for _ in 0..<attributes.copies {
            guard attributes.delay > 0 else {
                output.pass(copy)
                continue
            }
            later.append((copy, due))
            heldByteCount += copy.byteCount
        }
    }

    mutating func wake(_ turn: inout Turn, output: inout MessageOutput) {
        while let first = later.first, first.due <= turn.now {
            later.removeFirst()
            heldByteCount -= first.message.byteCount
            output.pass(first.message)
        }
    }

    /// Nothing goes on behind a close frame.
    func needs(_ opcode: Opcode) -> Bool { opcode == .close && !later.isEmpty }

    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput) {
        if piece.isLast { release(at: now, output: &output) }
        output.pass(piece)
    }

    /// Copies that have not gone on yet never will: nothing is lost with them.
    mutating func release(at now: Instant, output: inout MessageOutput) {
        later = []
        heldByteCount = 0
    }
}
