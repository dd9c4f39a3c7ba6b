public import Vocabulary

public import struct NIOCore.ByteBuffer

/// The faults at work on one direction of one connection, one behind the other.
///
/// ```
///   received ──▶ stage 1 ──▶ stage 2 ──▶ … ──▶ Action.forward
/// ```
///
/// - **In:** bytes, the end of the stream, new plans, and the time when ``wakeTime`` has come.
/// - **Out:** ``Action`` values, in order.
/// - **Never:** loses or reorders a byte that a fault does not claim.
public struct FaultChain {
    /// What is to be done.
    public enum Action: Equatable, Sendable {
        /// These bytes go on to the receiver now.
        case forward(Chunk)
        /// The end of the stream goes on.
        case end
        /// So many received bytes will never go on, because of the named fault.
        case dropped(byteCount: Int, cause: String)
        /// The connection ends, because of the named fault.
        case cut(Cut, cause: String)
    }

    private struct Link {
        var toxic: Toxic
        var chance: SeededGenerator
        var stage: any FaultStage

        mutating func take(_ passing: Passing, at now: Instant, output: inout StageOutput) {
            stage.take(passing, at: now, chance: &chance, output: &output)
        }

        mutating func wake(at now: Instant, output: inout StageOutput) {
            stage.wake(at: now, chance: &chance, output: &output)
        }

        mutating func update(at now: Instant, output: inout StageOutput) {
            stage.update(toxic.fault, at: now, chance: &chance, output: &output)
        }
    }

    private let direction: Direction
    private let connection: ConnectionID
    private var links: [Link] = []
    private var heldByteCountMax: Int
    /// The fault that has ended this direction.
    public private(set) var cutCause: String?

    /// Begins a chain; `nil` when nothing of the plan works on this direction of the connection.
    public init?(
        _ plan: FaultPlan,
        _ direction: Direction,
        on connection: ConnectionID,
        at now: Instant
    ) {
        self.direction = direction
        self.connection = connection
        heldByteCountMax = plan.heldByteCountMax
        for toxic in plan.toxics(direction, on: connection) {
            append(toxic, seed: plan.seed, at: now)
        }
        guard !links.isEmpty else { return nil }
    }

    // MARK: State

    /// When ``wake(at:actions:)`` is to be called; `nil` when only input can change anything.
    public var wakeTime: Instant? { links.compactMap(\.stage.wakeTime).min() }

    /// Bytes that came and have not gone on.
    public var heldByteCount: Int { links.reduce(0) { $0 + $1.stage.heldByteCount } }

    /// The first fault that holds bytes.
    public var holder: String? { links.first { $0.stage.heldByteCount > 0 }?.toxic.name }

    /// Whether the sender should not be read for now.
    public var isSaturated: Bool {
        links.contains { $0.stage.isSaturated } || heldByteCount >= heldByteCountMax
    }

    /// Whether the chain does nothing any more, and what comes may pass it by.
    public var isIdle: Bool { links.isEmpty && cutCause == nil }

    // MARK: Inputs

    /// Takes received bytes.
    public mutating func take(_ bytes: ByteBuffer, at now: Instant, actions: inout [Action]) {
        let chunk = Chunk(bytes: bytes, arrival: now)
        if let cutCause {
            actions.append(.dropped(byteCount: chunk.byteCount, cause: cutCause))
            return
        }
        propagate([.chunk(chunk)], into: 0, at: now, actions: &actions)
    }

    /// Takes the end of the stream.
    public mutating func end(at now: Instant, actions: inout [Action]) {
        guard cutCause == nil else { return }
        propagate([.end(.finished)], into: 0, at: now, actions: &actions)
    }

    /// Does what is due.
    public mutating func wake(at now: Instant, actions: inout [Action]) {
        var index = 0
        while index < links.count {
            if let due = links[index].stage.wakeTime, due <= now {
                var output = StageOutput()
                links[index].wake(at: now, output: &output)
                let cut = cutCause
                settle(output, of: index, isHeld: true, at: now, actions: &actions)
                // A cut takes the stages before it away, this one among them.
                index = cutCause == cut ? index + 1 : 0
            } else {
                index += 1
            }
        }
    }

    /// Takes the end of the connection, as its sender has broken it.
    public mutating func breakOff(_ cut: Cut, at now: Instant, actions: inout [Action]) {
        guard cutCause == nil else { return }
        propagate([.end(.cut(cut, cause: ""))], into: 0, at: now, actions: &actions)
    }

    /// Takes a new plan: what is gone lets its bytes go, what is new comes last, but before a partition.
    public mutating func apply(_ plan: FaultPlan, at now: Instant, actions: inout [Action]) {
        heldByteCountMax = plan.heldByteCountMax
        let wanted = plan.toxics(direction, on: connection)
        let ids = Set(wanted.map(\.id))
        while let index = links.firstIndex(where: { !ids.contains($0.toxic.id) }) {
            remove(index, at: now, actions: &actions)
        }
        guard cutCause == nil else { return }
        for toxic in wanted {
            guard let index = links.firstIndex(where: { $0.toxic.id == toxic.id }) else {
                append(toxic, seed: plan.seed, at: now)
                continue
            }
            let isSame = links[index].toxic.fault == toxic.fault
            links[index].toxic = toxic
            if !isSame { update(index, at: now, actions: &actions) }
            guard cutCause == nil else { return }
        }
    }

    /// Takes all faults away: what they hold goes on now.
    public mutating func release(at now: Instant, actions: inout [Action]) {
        while !links.isEmpty { remove(0, at: now, actions: &actions) }
    }

    // MARK: Machinery

    private mutating func append(_ toxic: Toxic, seed: UInt64, at now: Instant) {
        guard let stage = toxic.fault.stage(at: now) else { return }
        var chance = toxic.chance(on: connection, seed: seed)
        // The first number was the draw for toxicity.
        _ = chance.next()
        // Nothing is let go behind a partition.
        let place = links.firstIndex { $0.toxic.fault == .partition } ?? links.endIndex
        links.insert(Link(toxic: toxic, chance: chance, stage: stage), at: place)
    }

    private mutating func update(_ index: Int, at now: Instant, actions: inout [Action]) {
        var output = StageOutput()
        links[index].update(at: now, output: &output)
        settle(output, of: index, isHeld: true, at: now, actions: &actions)
    }

    private mutating func remove(_ index: Int, at now: Instant, actions: inout [Action]) {
        var output = StageOutput()
        links[index].stage.release(at: now, output: &output)
        let cut = cutCause
        settle(output, of: index, isHeld: true, at: now, actions: &actions)
        // A cut has taken the link away already.
        if cutCause == cut { links.remove(at: index) }
    }

    /// Carries a stage's output on; a cut takes the stage and those before it away.
    private mutating func settle(
        _ output: StageOutput,
        of index: Int,
        isHeld: Bool,
        at now: Instant,
        actions: inout [Action]
    ) {
        let name = links[index].toxic.name
        var passed = output.passed
        if isHeld { passed = passed.map { $0.held(by: name, at: now) } }
        if !passed.isEmpty { propagate(passed, into: index + 1, at: now, actions: &actions) }
        guard let cut = output.cut else {
            if output.droppedByteCount > 0 {
                actions.append(.dropped(byteCount: output.droppedByteCount, cause: name))
            }
            return
        }
        // Whatever is held before the cut will never get past it.
        let own = links.firstIndex { $0.toxic.name == name } ?? index
        let held = links[...own].reduce(output.droppedByteCount) { $0 + $1.stage.heldByteCount }
        if held > 0 { actions.append(.dropped(byteCount: held, cause: name)) }
        links.removeSubrange(...own)
        cutCause = name
        propagate([.end(.cut(cut, cause: name))], into: 0, at: now, actions: &actions)
    }

    private mutating func propagate(
        _ passings: [Passing],
        into index: Int,
        at now: Instant,
        actions: inout [Action]
    ) {
        guard index < links.count else {
            for passing in passings { actions.append(passing.action) }
            return
        }
        var output = StageOutput()
        for passing in passings {
            guard output.cut == nil else {
                if case .chunk(let chunk) = passing { output.drop(chunk) }
                continue
            }
            links[index].take(passing, at: now, output: &output)
        }
        settle(output, of: index, isHeld: false, at: now, actions: &actions)
    }
}

extension Passing {
    fileprivate var action: FaultChain.Action {
        switch self {
        case .chunk(let chunk): .forward(chunk)
        case .end(.finished): .end
        case .end(.cut(let cut, let cause)): .cut(cut, cause: cause)
        }
    }

    fileprivate func held(by name: String, at now: Instant) -> Passing {
        guard case .chunk(var chunk) = self, chunk.arrival < now else { return self }
        chunk.heldBy += chunk.heldBy.isEmpty ? name : ",\(name)"
        return .chunk(chunk)
    }
}
