import Vocabulary
import WebSocketWire

/// Gives each stream a small number: an open-addressing table keyed by session and name, so that
/// looking up a known stream neither allocates nor makes a string.
struct StreamTable {
    private struct Entry {
        var hash: UInt64
        var session: Int
        var name: [UInt8]
    }

    private var entries: [Entry] = []
    private var slots = [Int32](repeating: -1, count: 64)

    /// How many streams there are.
    var count: Int { entries.count }

    /// The number of a known stream.
    func find(session: Int, name: [UInt8]) -> Int? {
        let index = slots[slot(of: hash(session, name), session: session, name: name)]
        return index < 0 ? nil : Int(index)
    }

    /// The number of a stream, and whether it was not known before.
    mutating func intern(session: Int, name: [UInt8]) -> (index: Int, isNew: Bool) {
        let hash = hash(session, name)
        let slot = slot(of: hash, session: session, name: name)
        if slots[slot] >= 0 { return (Int(slots[slot]), false) }
        slots[slot] = Int32(entries.count)
        entries.append(Entry(hash: hash, session: session, name: name))
        if entries.count * 2 > slots.count { grow() }
        return (entries.count - 1, true)
    }

    /// The name of a stream.
    func name(of index: Int) -> [UInt8] { entries[index].name }

    private func hash(_ session: Int, _ name: [UInt8]) -> UInt64 {
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        let digest = unsafe PayloadDigest.of(name.span.bytes)
        return digest ^ UInt64(truncatingIfNeeded: session) &* 0x9E37_79B9_7F4A_7C15
    }

    private func slot(of hash: UInt64, session: Int, name: [UInt8]) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, entry.session == session, entry.name == name { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for (index, entry) in entries.enumerated() {
            slots[slot(of: entry.hash, session: entry.session, name: entry.name)] = Int32(index)
        }
    }
}
