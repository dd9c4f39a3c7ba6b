internal import Vocabulary
internal import WebSocketWire

#if canImport(Glibc)
internal import func Glibc.cos
internal import func Glibc.log
internal import func Glibc.pow
#endif

/// `ws_delay`: messages go on a while after they came; what comes behind waits too, unless `reorder`.
struct WSDelay: MessageFaultKind {
    static let type = "ws_delay"

    /// How delays are spread.
    enum Distribution: String, CaseIterable {
        /// Between `delay − jitter` and `delay + jitter`.
        case uniform
        /// Around `delay`, `jitter` is the standard deviation.
        case normal
        /// From `delay` on, with a long tail: half of `jitter` more in the mean.
        case pareto
    }

    /// What becomes of control frames behind a delayed message.
    enum Control: String, CaseIterable {
        /// They wait.
        case hold
        /// They overtake.
        case pass
    }

    private(set) var delay: Int64 = 0
    private(set) var jitter: Int64 = 0
    private(set) var distribution = Distribution.uniform
    private(set) var reorder = false
    private(set) var control = Control.hold

    init() {}

    init(_ values: AttributeValues) throws(FaultFlaw) {
        delay = try values.milliseconds("delay", 0)
        jitter = try values.milliseconds("jitter", 0)
        distribution = try values.word("distribution", .uniform)
        reorder = values.truth("reorder", false)
        control = try values.word("control", .hold)
    }

    var attributes: [Attribute] {
        [
            Attribute("delay", delay), Attribute("jitter", jitter),
            Attribute("distribution", distribution.rawValue), Attribute("reorder", reorder),
            Attribute("control", control.rawValue),
        ]
    }

    func stage(_ fault: MessageFault, name: String, at now: Instant) -> any MessageStage {
        DelayStage(self, name: name)
    }

    /// The delay of one message.
    func delay(using chance: inout SeededGenerator) -> Duration {
        guard jitter > 0 else { return .milliseconds(delay) }
        let first = Self.fraction(&chance)
        let shift: Double
        switch distribution {
        case .uniform: shift = Double(jitter) * (2 * first - 1)
        case .normal:
            // Box and Muller's transform of two numbers into one that is normally distributed.
            let radius = (-2 * log(first)).squareRoot()
            shift = Double(jitter) * radius * cos(2 * .pi * Self.fraction(&chance))
        case .pareto: shift = Double(jitter) * (pow(first, -1.0 / 3) - 1)
        }
        let milliseconds = min(max(Double(delay) + shift, 0), 86_400_000)
        return .nanoseconds(Int64(milliseconds * 1_000_000))
    }

    /// A number in (0, 1].
    private static func fraction(_ chance: inout SeededGenerator) -> Double {
        (Double(chance.next() >> 11) + 1) * 0x1p-53
    }
}

struct DelayStage: MessageStage {
    private struct Held {
        var piece: Piece
        var due: Instant
    }

    private let attributes: WSDelay
    private let name: String
    /// In order, or by time with `reorder`.
    private var queue: ArraySlice<Held> = []
    private(set) var heldByteCount = 0

    init(_ attributes: WSDelay, name: String) {
        self.attributes = attributes
        self.name = name
    }

    var wakeTime: Instant? { queue.first?.due }

    /// What is to overtake must be told from the rest.
    func needs(_ opcode: Opcode) -> Bool {
        guard opcode.isControl, !queue.isEmpty else { return false }
        return attributes.control == .pass || (attributes.reorder && opcode == .close)
    }

    mutating func touch(_ message: Message, _ turn: inout Turn, output: inout MessageOutput) {
        let delay = attributes.delay(using: &turn.chance)
        var due = turn.now.advanced(by: delay)
        if attributes.reorder {
            let place = queue.firstIndex { $0.due > due } ?? queue.endIndex
            hold(.message(message), due: due, at: place)
        } else {
            due = max(due, queue.last?.due ?? due)
            hold(.message(message), due: due, at: queue.endIndex)
        }
        passDue(at: turn.now, output: &output)
    }

    mutating func pass(_ piece: Piece, at now: Instant, output: inout MessageOutput) {
        guard let last = queue.last else { return output.pass(piece) }
        // RFC 6455 §5.5.1: a close frame is the last that its sender says.
        if piece.isLast {
            // The end is behind everything, and not delayed beyond it.
            return hold(piece, due: last.due, at: queue.endIndex)
        }
        let isFree = attributes.reorder || (attributes.control == .pass && piece.isControl)
        guard !isFree else { return output.pass(piece) }
        hold(piece, due: last.due, at: queue.endIndex)
    }

    mutating func wake(_ turn: inout Turn, output: inout MessageOutput) {
        passDue(at: turn.now, output: &output)
    }

    mutating func release(at now: Instant, output: inout MessageOutput) {
        while let held = queue.popFirst() { output.pass(held.piece.held(by: name)) }
        heldByteCount = 0
    }

    private mutating func hold(_ piece: Piece, due: Instant, at place: Int) {
        heldByteCount += piece.byteCount
        queue.insert(Held(piece: piece, due: due), at: place)
    }

    private mutating func passDue(at now: Instant, output: inout MessageOutput) {
        while let first = queue.first, first.due <= now {
            queue.removeFirst()
            heldByteCount -= first.piece.byteCount
            output.pass(first.piece.held(by: name))
        }
    }
}
