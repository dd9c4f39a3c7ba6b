internal import Vocabulary

/// `reset_peer`: the first bytes, or the end, of the stream break the connection with RST.
public struct ResetPeer: Equatable, Sendable {
    /// Milliseconds from then to the reset.
    public var timeout: Int64

    /// Creates the attributes.
    public init(timeout: Int64 = 0) {
        self.timeout = timeout
    }
}

struct ResetPeerStage: FaultStage {
    private var attributes: ResetPeer
    private var begun: Instant?
    private(set) var wakeTime: Instant?

    init(_ attributes: ResetPeer) {
        self.attributes = attributes
    }

    var heldByteCount: Int { 0 }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        if case .chunk(let chunk) = passing { output.drop(chunk) }
        if begun == nil { begun = now }
        arm(at: now, output: &output)
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {
        arm(at: now, output: &output)
    }

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.resetPeer(let resetPeer)) = fault else { return }
        attributes = resetPeer
        arm(at: now, output: &output)
    }

    /// A reset that has begun is not taken back: its bytes are gone.
    mutating func release(at now: Instant, output: inout StageOutput) {
        guard begun != nil else { return }
        wakeTime = nil
        output.cut = .reset
    }

    private mutating func arm(at now: Instant, output: inout StageOutput) {
        guard let begun else { return }
        let due = begun.advanced(by: .clamped(milliseconds: attributes.timeout))
        if due <= now {
            wakeTime = nil
            output.cut = .reset
        } else {
            wakeTime = due
        }
    }
}
