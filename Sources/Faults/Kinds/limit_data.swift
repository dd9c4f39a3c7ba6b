internal import Vocabulary

/// `limit_data`: the connection is closed once so many bytes have gone on.
public struct LimitData: Equatable, Sendable {
    /// Bytes, counted from when the fault came to the connection.
    public var bytes: Int64

    /// Creates the attributes.
    public init(bytes: Int64 = 0) {
        self.bytes = bytes
    }
}

struct LimitDataStage: FaultStage {
    private var attributes: LimitData
    /// Survives updates.
    private var passedByteCount: Int64 = 0

    init(_ attributes: LimitData) {
        self.attributes = attributes
    }

    var heldByteCount: Int { 0 }
    var wakeTime: Instant? { nil }

    mutating func take(
        _ passing: Passing,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .chunk(var chunk) = passing else { return output.passed.append(passing) }
        let left = max(attributes.bytes - passedByteCount, 0)
        let piece = chunk.split(first: Int(clamping: left))
        passedByteCount += Int64(piece.byteCount)
        if piece.byteCount > 0 { output.pass(piece) }
        output.drop(chunk)
        if passedByteCount >= attributes.bytes { output.cut = .close }
    }

    mutating func wake(at now: Instant, chance: inout SeededGenerator, output: inout StageOutput) {}

    mutating func update(
        _ fault: Fault,
        at now: Instant,
        chance: inout SeededGenerator,
        output: inout StageOutput
    ) {
        guard case .bytes(.limitData(let limitData)) = fault else { return }
        attributes = limitData
    }

    mutating func release(at now: Instant, output: inout StageOutput) {}
}
