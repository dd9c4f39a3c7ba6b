internal import Vocabulary

/// `slicer`: chunks go on in small pieces, with a pause behind each.
public struct Slicer: Equatable, Sendable {
    /// Bytes of a piece, on average; at least 1.
    public var averageSize: Int64
    /// Bytes more or less; at most the average.
    public var sizeVariation: Int64
    /// Microseconds behind each piece.
    public var delay: Int64

    /// Creates the attributes.
    public init(averageSize: Int64, sizeVariation: Int64 = 0, delay: Int64 = 0) {
        self.averageSize = averageSize
        self.sizeVariation = sizeVariation
        self.delay = delay
    }
}

struct SlicerStage: FaultStage {
    /// The sender waits when this many bytes are held; what has been read by then comes on top.
    static let heldByteCountMax = 64 << 10

    private var attributes: Slicer
    private var queue: ArraySlice<Passing> = []
    /// Lengths that the chunk at the front is still to be cut into, the next one last.
    private var parts: [Int] = []
    private(set) var wakeTime: Instant?
    private(set) var heldByteCount = 0

    init(_ attributes: Slicer) {
        self.attributes = attributes
    }

    var isSaturated: Bool { heldByteCount >= Self.heldByteCountMax }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        if case .chunk(let chunk) = passing { heldByteCount += chunk.byteCount }
        queue.append(passing)
        guard wakeTime == nil else { return }
        passPieces(at: now, now: now, chance: &chance, output: &output)
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {
        guard let due = wakeTime, due <= now else { return }
        wakeTime = nil
        passPieces(at: due, now: now, chance: &chance, output: &output)
    }

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.slicer(let slicer)) = fault else { return }
        attributes = slicer
        // As in the original, the rest of the chunk that is being sliced goes on in one piece.
        guard wakeTime != nil else { return }
        wakeTime = nil
        if !parts.isEmpty, case .chunk(let chunk)? = queue.popFirst() {
            parts = []
            heldByteCount -= chunk.byteCount
            output.pass(chunk)
        }
        passPieces(at: now, now: now, chance: &chance, output: &output)
    }

    mutating func release(at now: Instant, output: inout StageOutput) {
        output.passed.append(contentsOf: queue)
        queue = []
        parts = []
        heldByteCount = 0
        wakeTime = nil
    }

    private mutating func passPieces(
        at start: Instant,
        now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        var time = start
        while time <= now, let first = queue.popFirst() {
            guard case .chunk(var chunk) = first else {
                output.passed.append(first)
                continue
            }
            if parts.isEmpty { parts = [chunk.byteCount] }
            let piece = chunk.split(first: nextPart(using: &chance))
            heldByteCount -= piece.byteCount
            output.pass(piece)
            if chunk.byteCount > 0 { queue = [.chunk(chunk)] + queue }
            time = time.advanced(by: .microseconds(min(max(attributes.delay, 0), 1 << 48)))
        }
        // The pause stands behind the last piece too: what comes next waits for its end.
        wakeTime = time > now ? time : nil
    }

    /// Halves, shifted by chance, until the first part is small enough.
    private mutating func nextPart(using chance: inout SeededGenerator) -> Int {
        let average = Int(clamping: attributes.averageSize)
        let variation = Int(clamping: attributes.sizeVariation)
        guard var count = parts.popLast() else { preconditionFailure("nothing is left to slice") }
        while count - average > variation {
            let shift = variation > 0 ? Int.random(in: -variation..<variation, using: &chance) : 0
            let half = min(max(count / 2 + shift, 1), count - 1)
            parts.append(count - half)
            count = half
        }
        return count
    }
}
