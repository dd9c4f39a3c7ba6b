internal import Vocabulary

/// One fault at work on one direction of one connection.
///
/// A stage is told what comes and what time it is, and says what goes on. It never waits: what is to
/// happen later stands in ``wakeTime``.
protocol FaultStage {
    /// Takes what comes next.
    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    )

    /// Does what is due.
    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput)

    /// When there is something to do next; `nil` when only input can change anything.
    var wakeTime: Instant? { get }

    /// Bytes that came and have not gone on.
    var heldByteCount: Int { get }

    /// Whether the sender should not be read for now: it is to feel this fault as back-pressure.
    var isSaturated: Bool { get }

    /// Takes new attributes; what is held goes on as the fault says.
    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    )

    /// The fault is removed: what is held goes on at once.
    mutating func release(at now: Instant, output: inout StageOutput)
}

extension FaultStage {
    var isSaturated: Bool { false }
}
