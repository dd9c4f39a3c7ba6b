/// The payload digests of a stream's recent messages: enough to tell a message that is sent again
/// from another one with the same number, in bounded memory.
struct DigestWindow {
    /// How many digests are held at most.
    static let capacityMax = 1024

    private struct Slot {
        var sequence: UInt64
        var digest: UInt64
        var isUsed: Bool
    }

    private var slots: [Slot] = []

    /// The digest of the message with this number, when it is still held.
    subscript(sequence: UInt64) -> UInt64? {
        guard !slots.isEmpty else { return nil }
        let slot = slots[index(of: sequence)]
        return slot.isUsed && slot.sequence == sequence ? slot.digest : nil
    }

    /// Remembers a digest; one that is ``capacityMax`` numbers away makes room for it.
    mutating func remember(_ digest: UInt64, of sequence: UInt64) {
        if slots.isEmpty { slots = Self.empty(count: 16) }
        while slots[index(of: sequence)].isUsed, slots[index(of: sequence)].sequence != sequence,
            slots.count < Self.capacityMax
        {
            grow()
        }
        slots[index(of: sequence)] = Slot(sequence: sequence, digest: digest, isUsed: true)
    }

    private func index(of sequence: UInt64) -> Int {
        Int(truncatingIfNeeded: sequence & UInt64(slots.count - 1))
    }

    private mutating func grow() {
        let old = slots
        slots = Self.empty(count: old.count * 2)
        for slot in old where slot.isUsed {
            slots[index(of: slot.sequence)] = slot
        }
    }

    private static func empty(count: Int) -> [Slot] {
        Array(repeating: Slot(sequence: 0, digest: 0, isUsed: false), count: count)
    }
}
