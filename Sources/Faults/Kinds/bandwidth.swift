internal import Vocabulary

/// `bandwidth`: no more than so many bytes a second go on.
public struct Bandwidth: Equatable, Sendable {
    /// Kilobytes (1000 bytes) a second; 0 lets nothing pass.
    public var rate: Int64

    /// Creates the attributes.
    public init(rate: Int64 = 0) {
        self.rate = rate
    }
}

/// Larger chunks go on in pieces of `rate * 100` bytes every 100 ms; the rest waits `size / rate` ms.
struct BandwidthStage: FaultStage {
    /// The sender waits when this many bytes are held; what has been read by then comes on top.
    static let heldByteCountMax = 64 << 10
    private static let step = Duration.milliseconds(100)
    private static let rateMax: Int64 = 1 << 40

    private var attributes: Bandwidth
    private var queue: ArraySlice<Passing> = []
    /// When the piece at the front may go; `nil` when there is none, or when nothing ever passes.
    private(set) var wakeTime: Instant?
    private(set) var heldByteCount = 0

    init(_ attributes: Bandwidth) {
        self.attributes = attributes
    }

    var isSaturated: Bool { heldByteCount >= Self.heldByteCountMax }

    private var rate: Int64 { min(attributes.rate, Self.rateMax) }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        if case .chunk(let chunk) = passing { heldByteCount += chunk.byteCount }
        queue.append(passing)
        guard queue.count == 1 else { return }
        begin(at: now, output: &output)
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {
        while let due = wakeTime, due <= now {
            passPiece(output: &output)
            // The next piece counts from when this one was due, so that a late timer costs no rate.
            begin(at: due, output: &output)
        }
    }

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.bandwidth(let bandwidth)) = fault else { return }
        attributes = bandwidth
        // As in the original, the chunk that is under way goes on at once; what came behind it waits its turn.
        wakeTime = nil
        if case .chunk(let chunk) = queue.first {
            queue.removeFirst()
            heldByteCount -= chunk.byteCount
            output.pass(chunk)
        }
        begin(at: now, output: &output)
    }

    mutating func release(at now: Instant, output: inout StageOutput) {
        output.passed.append(contentsOf: queue)
        queue = []
        heldByteCount = 0
        wakeTime = nil
    }

    /// Sets the time of the piece at the front; ends of streams go at once.
    private mutating func begin(at now: Instant, output: inout StageOutput) {
        wakeTime = nil
        while let first = queue.first {
            guard case .chunk(let chunk) = first else {
                queue.removeFirst()
                output.passed.append(first)
                continue
            }
            guard rate > 0 else { return }
            wakeTime = now.advanced(by: wait(chunk.byteCount))
            return
        }
    }

    private func wait(_ byteCount: Int) -> Duration {
        guard Int64(byteCount) <= rate * 100 else { return Self.step }
        return .nanoseconds(Int64(byteCount) * 1_000_000 / rate)
    }

    private mutating func passPiece(output: inout StageOutput) {
        guard case .chunk(var chunk)? = queue.popFirst() else {
            preconditionFailure("a piece is due and there is none")
        }
        let piece = chunk.split(first: Int(clamping: rate * 100))
        heldByteCount -= piece.byteCount
        output.pass(piece)
        if chunk.byteCount > 0 { queue = [.chunk(chunk)] + queue }
    }
}
