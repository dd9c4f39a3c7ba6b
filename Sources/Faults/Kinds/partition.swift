internal import Vocabulary

/// `partition`: nothing passes, no end either; when it is healed, everything goes on in order.
///
/// It has no attributes, is no toxic that could be created, and stands behind all toxics: what they let
/// go, and the ends that they cause, are held as well.
struct PartitionStage: FaultStage {
    private var held: [Passing] = []
    private(set) var heldByteCount = 0

    var wakeTime: Instant? { nil }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        if case .chunk(let chunk) = passing { heldByteCount += chunk.byteCount }
        held.append(passing)
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {}

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {}

    mutating func release(at now: Instant, output: inout StageOutput) {
        output.passed.append(contentsOf: held)
        held = []
        heldByteCount = 0
    }
}
