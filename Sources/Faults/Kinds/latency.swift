internal import Vocabulary

/// `latency`: every chunk goes on a while after its arrival; order is kept, and delays overlap.
public struct Latency: Equatable, Sendable {
    /// Milliseconds.
    public var latency: Int64
    /// Milliseconds to either side, chosen for each chunk.
    public var jitter: Int64

    /// Creates the attributes.
    public init(latency: Int64 = 0, jitter: Int64 = 0) {
        self.latency = latency
        self.jitter = jitter
    }

    /// The delay of one chunk: uniform in [latency − jitter, latency + jitter), whole milliseconds.
    func delay(using chance: inout SeededGenerator) -> Duration {
        guard jitter > 0 else { return .clamped(milliseconds: latency) }
        let spread = min(jitter, 31_536_000_000)
        let shift = Int64.random(in: -spread..<spread, using: &chance)
        return .clamped(milliseconds: latency.addingReportingOverflow(shift).partialValue)
    }
}

struct LatencyStage: FaultStage {
    /// As many chunks as the original's queue holds; then the sender waits.
    static let queueCountMax = 1024

    private struct Held {
        var passing: Passing
        var due: Instant
    }

    private var attributes: Latency
    private var queue: ArraySlice<Held> = []
    private(set) var heldByteCount = 0

    init(_ attributes: Latency) {
        self.attributes = attributes
    }

    var wakeTime: Instant? { queue.first?.due }

    var isSaturated: Bool { queue.count >= Self.queueCountMax }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        // The end of the stream is not delayed beyond the bytes before it; nothing overtakes.
        var due = queue.last?.due ?? now
        if case .chunk(let chunk) = passing {
            due = max(due, chunk.stamp.advanced(by: attributes.delay(using: &chance)))
            heldByteCount += chunk.byteCount
        }
        queue.append(Held(passing: passing, due: due))
        passDue(at: now, output: &output)
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {
        passDue(at: now, output: &output)
    }

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.latency(let latency)) = fault else { return }
        attributes = latency
        release(at: now, output: &output)
    }

    mutating func release(at now: Instant, output: inout StageOutput) {
        for held in queue { output.passed.append(held.passing) }
        queue = []
        heldByteCount = 0
    }

    private mutating func passDue(at now: Instant, output: inout StageOutput) {
        while let first = queue.first, first.due <= now {
            queue.removeFirst()
            guard case .chunk(var chunk) = first.passing else {
                output.passed.append(first.passing)
                continue
            }
            heldByteCount -= chunk.byteCount
            // Another latency behind this one counts from here, so that several add up.
            chunk.stamp = first.due
            output.pass(chunk)
        }
    }
}
