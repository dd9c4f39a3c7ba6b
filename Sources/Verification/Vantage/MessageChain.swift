import WebSocketWire

/// A fingerprint of a flow's messages in their order, with marks by which flows of different length can be
/// compared.
struct MessageChain: Equatable {
    /// Messages between two marks.
    static let interval: UInt64 = 64

    /// How many messages there were.
    private(set) var count: UInt64 = 0
    /// The fingerprint of all of them.
    private(set) var digest: UInt64 = 0
    /// The fingerprint behind each ``interval`` messages.
    private(set) var marks: [UInt64] = []

    /// Messages are missing from the capture: what follows cannot be compared.
    private(set) var isBroken = false

    /// Says that messages are missing here.
    mutating func breakOff() { isBroken = true }

    /// Takes the next message.
    mutating func append(_ payload: RawSpan, opcode: Opcode) {
        let own = PayloadDigest.of(payload) &+ UInt64(opcode.rawValue)
        digest = (digest ^ own) &* 0x9E37_79B9_7F4A_7C15
        digest ^= digest >> 32
        count += 1
        if count % Self.interval == 0 { marks.append(digest) }
    }

    /// The first message that may differ, from 1; `nil` as far as both flows go and can be compared.
    func difference(from other: MessageChain) -> UInt64? {
        guard !isBroken, !other.isBroken, count != other.count || digest != other.digest else {
            return nil
        }
        for (index, pair) in zip(marks, other.marks).enumerated() where pair.0 != pair.1 {
            return UInt64(index) * Self.interval + 1
        }
        // The messages behind the last mark in common can be compared only when there are as many.
        guard count == other.count else { return nil }
        return UInt64(marks.count) * Self.interval + 1
    }
}
