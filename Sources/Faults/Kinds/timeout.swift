internal import Vocabulary

/// `timeout`: nothing goes on; the connection is closed when nothing has come for a while.
public struct Timeout: Equatable, Sendable {
    /// Milliseconds without input; 0 and less never close.
    public var timeout: Int64

    /// Creates the attributes.
    public init(timeout: Int64 = 0) {
        self.timeout = timeout
    }
}

struct TimeoutStage: FaultStage {
    private var attributes: Timeout
    private(set) var wakeTime: Instant?

    init(_ attributes: Timeout, at now: Instant) {
        self.attributes = attributes
        restart(at: now)
    }

    var heldByteCount: Int { 0 }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        switch passing {
        case .chunk(let chunk):
            output.drop(chunk)
            restart(at: now)
        case .end(.finished):
            // Nothing can come any more, so there is nothing to wait for; the original closes as well.
            wakeTime = nil
            output.cut = .close
        case .end(.cut):
            wakeTime = nil
            output.passed.append(passing)
        }
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {
        guard let due = wakeTime, due <= now else { return }
        wakeTime = nil
        output.cut = .close
    }

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.timeout(let timeout)) = fault else { return }
        attributes = timeout
        restart(at: now)
    }

    /// What was dropped is missing in the middle of the stream, so the connection cannot go on.
    mutating func release(at now: Instant, output: inout StageOutput) {
        wakeTime = nil
        output.cut = .close
    }

    private mutating func restart(at now: Instant) {
        wakeTime =
            attributes.timeout > 0
            ? now.advanced(by: .clamped(milliseconds: attributes.timeout)) : nil
    }
}
