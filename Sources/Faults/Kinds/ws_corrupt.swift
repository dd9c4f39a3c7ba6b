internal import Vocabulary

/// `ws_corrupt`: messages go on with a damaged payload, in frames that are whole.
struct WSCorrupt: MessageFaultKind {
    static let type = "ws_corrupt"

    /// What is done to the payload.
    enum Mode: String, CaseIterable {
        /// One bit is turned over in each of some bytes.
        case flip
        /// Bytes are missing at the end.
        case truncate
        /// Some bytes in a row become others.
        case replace
    }

    private(set) var mode = Mode.flip
    private(set) var bytes: Int64 = 1

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        mode = try values.word("mode", .flip)
        bytes = try values.integer("bytes", 1, in: 1...(16 << 20))
    }

    var attributes: [Attribute] { [Attribute("mode", mode.rawValue), Attribute("bytes", bytes)] }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        CorruptStage(attributes: self)
    }
}

struct CorruptStage: MessageStage {
    let attributes: WSCorrupt

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        guard var payload = message.altered?.payload ?? message.payload, !payload.isEmpty else {
            return output.pass(message)
        }
        let count = min(Int(attributes.bytes), payload.count)
        switch attributes.mode {
        case .flip:
            for index in Self.places(count, of: payload.count, &turn.chance) {
                payload[index] ^= 1 << UInt8(turn.chance.next() & 7)
            }
        case .truncate:
            payload.removeLast(count)
        case .replace:
            let start = Int(turn.chance.next() % UInt64(payload.count - count + 1))
            for index in start..<start + count {
                // Never the byte that stands there.
                payload[index] &+= UInt8(1 + turn.chance.next() % 255)
            }
        }
        var message = message
        message.altered = (payload, turn.fault)
        output.pass(message)
    }

    /// So many different places: from a random one on, by a step that meets each place once.
    private static func places(
        _ count: Int,
        of total: Int,
        _ chance: inout SeededGenerator
    ) -> [Int] {
        var step = 1 + Int(chance.next() % UInt64(total))
        while divisor(step, total) != 1 { step += 1 }
        var place = Int(chance.next() % UInt64(total))
        return (0..<count).map { _ in
            defer { place = (place + step) % total }
            return place
        }
    }

    private static func divisor(_ one: Int, _ other: Int) -> Int {
        var (larger, smaller) = (one, other)
        while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
        return larger
    }
}
