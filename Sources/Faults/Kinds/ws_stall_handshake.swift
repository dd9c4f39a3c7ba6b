internal import Vocabulary

/// `ws_stall_handshake`: the upgrade is answered late, or never.
struct WSStallHandshake: Equatable, Sendable {
    static let type = "ws_stall_handshake"

    /// Milliseconds; 0 is never.
    private(set) var delay: Int64 = 0

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        delay = try values.milliseconds("delay", 0)
    }

    var attributes: [Attribute] { [Attribute("delay", delay)] }
}

struct StallHandshakeStage: FaultStage {
    /// Bytes that are held before the sender waits.
    static let heldByteCountMax = 1 << 20

    private let attributes: WSStallHandshake
    private var queue: [Passing] = []
    private(set) var heldByteCount = 0
    private(set) var wakeTime: Instant?
    /// The answer has been let go: nothing is held any more.
    private var isOver = false

    init(_ attributes: WSStallHandshake) {
        self.attributes = attributes
    }

    var isSaturated: Bool { heldByteCount >= Self.heldByteCountMax }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard !isOver else { return output.passed.append(passing) }
        if queue.isEmpty, attributes.delay > 0 {
            wakeTime = now.advanced(by: .milliseconds(attributes.delay))
        }
        if case .chunk(let chunk) = passing { heldByteCount += chunk.byteCount }
        queue.append(passing)
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
        release(at: now, output: &output)
    }

    mutating func release(at now: Instant, output: inout StageOutput) {
        output.passed += queue
        queue = []
        heldByteCount = 0
        wakeTime = nil
        isOver = true
    }
}
