public import Vocabulary

public import struct NIOCore.ByteBuffer

/// The faults at work on one direction of one connection: those on messages, and behind them those on bytes.
///
/// ```
///   received ──▶ MessageLayer ──▶ stage 1 ──▶ stage 2 ──▶ … ──▶ Action.forward
/// ```
///
/// - **In:** bytes, the end of the stream, new plans, and the time when ``wakeTime`` has come.
/// - **Out:** ``Action`` values, in order.
/// - **Never:** loses or reorders a byte that a fault does not claim.
/// - **Limits:** ``FaultPlan/heldByteCountMax``; what is too large to be held goes on as it comes, and that is said.
public struct FaultChain {
    /// What is to be done.
    public enum Action: Equatable, Sendable {
        /// These bytes go on to the receiver now.
        case forward(Chunk)
        /// Other bytes go on than had come; they follow.
        case rewrite(Rewrite)
        /// A message went on although a fault may have been meant for it.
        case unmatched(at: ByteOffset, reason: String)
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
    private var messages: MessageLayer?
    private var heldByteCountMax: Int
    /// The fault that has ended this direction.
    public private(set) var cutCause: String?
    /// The toxic that swallows everything, without anybody being told.
    private var blackHole: UInt64?

    /// Begins a chain; it may be ``isIdle``.
    ///
    /// - Parameters:
    ///   - plan: What the connection is to suffer.
    ///   - direction: The direction.
    ///   - connection: The connection.
    ///   - isUpgraded: Whether its handshake is over.
    ///   - now: The time.
    public init(
        _ plan: FaultPlan,
        _ direction: Direction,
        on connection: ConnectionID,
        isUpgraded: Bool = false,
        at now: Instant
    ) {
        self.direction = direction
        self.connection = connection
        heldByteCountMax = plan.heldByteCountMax
        let stalls = isUpgraded ? [] : plan.stallToxics(direction, on: connection, at: now)
        for toxic in stalls + plan.byteToxics(direction, on: connection) {
            append(toxic, seed: plan.seed, at: now)
        }
    }

    /// Says that the next byte stands among frames: faults on messages begin to work.
    ///
    /// - Parameters:
    ///   - start: Where the direction stands.
    ///   - plan: What the connection is to suffer.
    ///   - now: The time.
    ///   - actions: What is to be done.
    public mutating func beginFrames(
        _ start: consuming FrameStart,
        _ plan: FaultPlan,
        at now: Instant,
        actions: inout [Action]
    ) {
        let toxics = plan.messageToxics(direction)
        let isFollowing =
            plan.touchesCompressed && start.compression(direction)?.hasTakeover == true
        guard messages == nil, cutCause == nil, !toxics.isEmpty || isFollowing else { return }
        messages = MessageLayer(start, direction, on: connection, plan: plan)
        work(at: now, actions: &actions) { layer, sink in
            layer.apply(toxics, at: now, sink: sink)
        }
    }

    /// Whether faults on messages are at work.
    public var hasMessages: Bool { messages != nil }

    // MARK: State

    /// When ``wake(at:actions:)`` is to be called; `nil` when only input can change anything.
    public var wakeTime: Instant? {
        (links.map(\.stage.wakeTime) + [messages?.wakeTime]).compactMap(\.self).min()
    }

    /// Bytes that came and have not gone on.
    public var heldByteCount: Int {
        links.reduce(messages?.heldByteCount ?? 0) { $0 + $1.stage.heldByteCount }
    }

    /// The first fault that holds bytes.
    public var holder: String? {
        messages?.holder ?? links.first { $0.stage.heldByteCount > 0 }?.toxic.name
    }

    /// Whether the sender should not be read for now.
    public var isSaturated: Bool {
        links.contains { $0.stage.isSaturated } || heldByteCount >= heldByteCountMax
    }

    /// Whether the chain does nothing any more, and what comes may pass it by.
    public var isIdle: Bool {
        links.isEmpty && cutCause == nil && messages?.isIdle ?? true
    }

    // MARK: Inputs

    /// Takes received bytes.
    public mutating func take(_ bytes: ByteBuffer, at now: Instant, actions: inout [Action]) {
        let chunk = Chunk(bytes: bytes, arrival: now)
        if let cutCause {
            actions.append(.dropped(byteCount: chunk.byteCount, cause: cutCause))
            return
        }
        guard messages != nil else {
            return propagate([.chunk(chunk)], into: 0, at: now, actions: &actions)
        }
        work(at: now, actions: &actions) { layer, sink in layer.take(bytes, at: now, sink: sink) }
    }

    /// Takes the end of the stream.
    public mutating func end(at now: Instant, actions: inout [Action]) {
        guard cutCause == nil else { return }
        guard messages != nil else {
            return propagate([.end(.finished)], into: 0, at: now, actions: &actions)
        }
        work(at: now, actions: &actions) { layer, sink in layer.end(at: now, sink: sink) }
    }

    /// Does what is due.
    public mutating func wake(at now: Instant, actions: inout [Action]) {
        if let due = messages?.wakeTime, due <= now {
            work(at: now, actions: &actions) { layer, sink in layer.wake(at: now, sink: sink) }
        }
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
        // What came before it goes on before it.
        work(at: now, actions: &actions) { layer, sink in layer.release(at: now, sink: sink) }
        guard cutCause == nil else { return }
        propagate([.end(.cut(cut, cause: ""))], into: 0, at: now, actions: &actions)
    }

    /// Takes a new plan: what is gone lets its bytes go, what is new comes last, but before a partition.
    public mutating func apply(_ plan: FaultPlan, at now: Instant, actions: inout [Action]) {
        heldByteCountMax = plan.heldByteCountMax
        if let blackHole, !plan.toxics.contains(where: { $0.id == blackHole }), let cutCause {
            // What was swallowed is missing in the middle of the stream: it cannot go on.
            self.blackHole = nil
            return actions.append(.cut(.close, cause: cutCause))
        }
        let toxics = plan.messageToxics(direction)
        work(at: now, actions: &actions) { layer, sink in
            layer.apply(toxics, at: now, sink: sink)
        }
        let stalls = Set(
            plan.toxics.filter { if case .upgrade = $0.fault { true } else { false } }.map(\.id)
        )
        let wanted = plan.byteToxics(direction, on: connection)
        let ids = Set(wanted.map(\.id)).union(stalls)
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
        work(at: now, actions: &actions) { layer, sink in layer.release(at: now, sink: sink) }
        while !links.isEmpty { remove(0, at: now, actions: &actions) }
    }

    // MARK: Machinery

    /// Lets the faults on messages work, and carries on what they say.
    private mutating func work(
        at now: Instant,
        actions: inout [Action],
        _ body: (MessageLayer, (MessageLayer.Output) -> Void) -> Void
    ) {
        guard let messages, cutCause == nil else { return }
        var outputs: [MessageLayer.Output] = []
        body(messages) { outputs.append($0) }
        for output in outputs {
            switch output {
            case .chunk(let chunk):
                propagate([.chunk(chunk)], into: 0, at: now, actions: &actions)
            case .rewrite(let rewrite): actions.append(.rewrite(rewrite))
            case .unmatched(let offset, let reason):
                actions.append(.unmatched(at: offset, reason: reason))
            case .blackHole(let cause, let id):
                cutCause = cause
                blackHole = id
            case .end(let ending):
                if case .cut(_, let cause) = ending { cutCause = cause }
                propagate([.end(ending)], into: 0, at: now, actions: &actions)
            }
        }
    }

    private mutating func append(_ toxic: Toxic, seed: UInt64, at now: Instant) {
        guard let stage = toxic.fault.stage(at: now) else { return }
        var chance = toxic.chance(on: connection, seed: seed)
        // The first number was the draw for toxicity.
        _ = chance.next()
        // Nothing is let go behind a partition.
        let place = links.firstIndex { $0.toxic.fault == .bytes(.partition) } ?? links.endIndex
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
