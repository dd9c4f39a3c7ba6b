internal import Vocabulary

/// `slow_close`: bytes are untouched; the end of the stream is told later.
public struct SlowClose: Equatable, Sendable {
    /// Milliseconds.
    public var delay: Int64

    /// Creates the attributes.
    public init(delay: Int64 = 0) {
        self.delay = delay
    }
}

struct SlowCloseStage: FaultStage {
    private var attributes: SlowClose
    private var held: Passing?
    private(set) var wakeTime: Instant?

    init(_ attributes: SlowClose) {
        self.attributes = attributes
    }

    var heldByteCount: Int { 0 }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .end = passing else { return output.passed.append(passing) }
        held = passing
        wakeTime = now.advanced(by: .clamped(milliseconds: attributes.delay))
        wake(at: now, chance: &chance, output: &output)
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {
        guard let due = wakeTime, due <= now else { return }
        release(at: now, output: &output)
    }

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.slowClose(let slowClose)) = fault else { return }
        attributes = slowClose
        guard wakeTime != nil else { return }
        // As in the original, the whole new delay begins now.
        wakeTime = now.advanced(by: .clamped(milliseconds: attributes.delay))
        wake(at: now, chance: &chance, output: &output)
    }

    mutating func release(at now: Instant, output: inout StageOutput) {
        guard let held else { return }
        self.held = nil
        wakeTime = nil
        output.passed.append(held)
    }
}
