internal import Vocabulary

/// One TCP connection while it is followed.
final class TCPStream {
    let facts: StreamFacts
    var halves: (HalfStream, HalfStream) = (HalfStream(), HalfStream())
    /// Nobody wants to hear of it any more; its packets are only recognised.
    var isIgnored = false
    /// It has ended, and was told so.
    var isOver = false
    /// Who broke it off.
    var resetBy: Side?
    /// When its last packet came, in packets.
    var lastPacket: UInt64 = 0
    /// When its last packet came.
    var lastTime = Instant.epoch
    /// It is in the list of those with holes.
    var isAwaitingBytes = false
    /// It is in the list of those that end.
    var isAwaitingEnd = false
    /// It counts among those whose recent bytes are kept.
    var keepsRecent = false

    init(_ facts: StreamFacts) {
        self.facts = facts
    }

    /// Lends one side's half for a change.
    func update<Result>(_ side: Side, _ body: (inout HalfStream) -> Result) -> Result {
        side == .first ? body(&halves.0) : body(&halves.1)
    }

    func half(_ side: Side) -> HalfStream { side == .first ? halves.0 : halves.1 }

    /// Whether time alone can bring about that a hole is given up.
    var hasHole: Bool { !halves.0.held.isEmpty || !halves.1.held.isEmpty }

    /// Whether time alone can bring about the end.
    var isEnding: Bool {
        resetBy != nil || halves.0.finOffset != nil && halves.1.finOffset != nil
    }

    /// How it ends, when the packets that end it are there.
    var ending: StreamEvent.End? {
        if let resetBy { return .reset(resetBy) }
        return isEnding ? .finished : nil
    }

    /// Forgets everything but how its packets are recognised.
    func ignore() {
        isIgnored = true
        halves.0.drop()
        halves.1.drop()
    }
}
