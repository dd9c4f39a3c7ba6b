internal import Vocabulary

/// Damages captures the way disks, cut transfers and enemies do, by a seed.
public struct CaptureMutator {
    private var generator: SeededGenerator
    /// Other captures, to splice from.
    private let corpus: [[UInt8]]

    /// How many changes one input gets at most.
    private static let changeCountMax = 5
    /// Lengths at which arithmetic goes wrong.
    private static let awkward: [UInt64] = [
        0, 1, 8, 9, 40, 48, 49, 53, 255, 256, 4096, 65_535, 65_536, 1 << 20, 64 << 20,
        (64 << 20) + 1, 128 << 20, (128 << 20) + 1, UInt64(Int32.max), UInt64(UInt32.max), 1 << 40,
        UInt64(Int64.max) - 9, UInt64(Int64.max), UInt64(Int64.max) + 1, .max - 9, .max - 1, .max,
    ]

    /// Creates a mutator.
    ///
    /// - Parameters:
    ///   - seed: The same seed makes the same change.
    ///   - corpus: What is spliced in.
    public init(seed: UInt64, corpus: [[UInt8]]) {
        generator = SeededGenerator(seed: seed)
        self.corpus = corpus
    }

    /// One of the corpus, changed.
    public mutating func next() -> [UInt8] {
        var bytes = corpus[pick(corpus.count)]
        for _ in 0..<1 + pick(Self.changeCountMax) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let at = place(in: bytes)
        switch pick(9) {
        case 0: bytes[at] ^= 1 << UInt8(pick(8))
        case 1: bytes[at] = UInt8(pick(256))
        case 2: bytes.removeLast(bytes.count - at)
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + pick(100)))
        case 4: bytes.insert(contentsOf: generator.bytes(1 + pick(40)), at: at)
        case 5: splice(into: &bytes, at: at)
        case 6: overwriteNumber(in: &bytes, at: at)
        case 7: overwriteLength(in: &bytes)
        default: repeatRecord(in: &bytes)
        }
    }

    /// Any place, but half of the time within a record's head or near it.
    private mutating func place(in bytes: [UInt8]) -> Int {
        let any = pick(bytes.count)
        guard pick(2) == 0, let head = recordHeads(in: bytes).randomElement(using: &generator)
        else {
            return any
        }
        return min(head + pick(56), bytes.count - 1)
    }

    private mutating func splice(into bytes: inout [UInt8], at index: Int) {
        let other = corpus[pick(corpus.count)]
        let start = pick(other.count)
        let run = other[start..<min(other.count, start + 1 + pick(2000))]
        bytes.replaceSubrange(index..<min(bytes.count, index + pick(2000)), with: run)
    }

    private mutating func overwriteNumber(in bytes: inout [UInt8], at index: Int) {
        let number = Self.awkward[pick(Self.awkward.count)]
        let width = [2, 4, 8][pick(3)]
        for step in 0..<min(width, bytes.count - index) {
            bytes[index + step] = UInt8(truncatingIfNeeded: number >> UInt64(step * 8))
        }
    }

    /// Makes a record a little longer or shorter than it is, or absurdly long.
    private mutating func overwriteLength(in bytes: inout [UInt8]) {
        guard let head = recordHeads(in: bytes).randomElement(using: &generator) else { return }
        if pick(2) == 0 { return overwriteNumber(in: &bytes, at: head + 1) }
        bytes[head + 1] = bytes[head + 1] &+ UInt8(truncatingIfNeeded: pick(5) - 2)
    }

    /// Puts a record in a second time, there or elsewhere.
    private mutating func repeatRecord(in bytes: inout [UInt8]) {
        let heads = recordHeads(in: bytes)
        guard let from = heads.randomElement(using: &generator),
            let to = heads.randomElement(using: &generator)
        else { return }
        let end = heads.first { $0 > from } ?? bytes.count
        bytes.insert(contentsOf: bytes[from..<min(end, from + 4000)], at: to)
    }

    /// Where records begin, as far as their lengths lead; those in plain chunks too.
    private func recordHeads(in bytes: [UInt8]) -> [Int] {
        var heads: [Int] = []
        var offset = 8
        while offset + 9 <= bytes.count {
            heads.append(offset)
            let length = bytes[offset + 1..<offset + 9].reversed().reduce(UInt64(0)) {
                $0 << 8 | UInt64($1)
            }
            let isPlainChunk =
                bytes[offset] == 6 && offset + 49 <= bytes.count
                && bytes[offset + 37..<offset + 41].allSatisfy { $0 == 0 }
            guard !isPlainChunk else {
                offset += 49
                continue
            }
            guard length <= UInt64(bytes.count - offset - 9) else { break }
            offset += 9 + Int(length)
        }
        return heads
    }

    private mutating func pick(_ count: Int) -> Int {
        Int.random(in: 0..<max(1, count), using: &generator)
    }
}
