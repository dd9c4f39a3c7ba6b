internal import Vocabulary

internal import struct NIOCore.ByteBuffer

/// `ws_cut`: the connection ends in the middle of a message, with FIN, with RST, or without a word.
struct WSCut: MessageFaultKind {
    static let type = "ws_cut"

    /// How it ends.
    enum How: String, CaseIterable {
        /// Both peers see FIN.
        case fin
        /// Both peers see RST.
        case reset
        /// Nobody is told: this direction is silent from here on, and the connection stays.
        case blackhole
    }

    private(set) var how = How.reset
    private(set) var bytes: Int64 = 0

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        how = try values.word("how", .reset)
        bytes = try values.integer("bytes", 0, in: 0...Int64.max)
    }

    var attributes: [Attribute] { [Attribute("how", how.rawValue), Attribute("bytes", bytes)] }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        CutStage(attributes: self)
    }
}

struct CutStage: MessageStage {
    let attributes: WSCut

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        let count = min(Int(clamping: attributes.bytes), message.byteCount)
        if let bytes = message.bytes.getSlice(at: message.bytes.readerIndex, length: count),
            count > 0
        {
            let start = message.range.lowerBound
            output.pass(
                .run(
                    Run(
                        range: start..<start + ByteOffset(count),
                        arrival: message.arrival,
                        bytes: bytes,
                        endsBetweenMessages: count == message.byteCount,
                        heldBy: message.heldBy
                    )
                )
            )
        }
        switch attributes.how {
        case .fin: output.pass(.end(.cut(.close, cause: turn.fault)))
        case .reset: output.pass(.end(.cut(.reset, cause: turn.fault)))
        case .blackhole: output.isBlackHole = true
        }
    }
}
