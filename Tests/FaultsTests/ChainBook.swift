import Faults
import Testing
import Vocabulary

import struct NIOCore.ByteBuffer

/// A chain under test, in a time of its own that begins at 0 ms.
struct ChainBook {
    private var chain: FaultChain
    private var plan: FaultPlan
    private(set) var milliseconds: UInt64 = 0
    private var story: [String] = []
    private var lastID: UInt64 = 0

    /// Begins with these faults, all of them on what the server sends.
    init?(
        _ faults: [ByteFault],
        toxicity: Float = 1,
        seed: UInt64 = 1,
        connection: UInt64 = 1,
        heldByteCountMax: Int = FaultPlan.heldByteCountDefault
    ) {
        var plan = FaultPlan(seed: seed, heldByteCountMax: heldByteCountMax)
        for (index, fault) in faults.enumerated() {
            plan.toxics.append(Self.toxic(UInt64(index + 1), fault, toxicity))
        }
        lastID = UInt64(faults.count)
        self.plan = plan
        chain = FaultChain(
            plan,
            .serverToClient,
            on: ConnectionID(rawValue: connection),
            at: Self.instant(0)
        )
        if chain.isIdle { return nil }
    }

    private static func toxic(_ id: UInt64, _ fault: ByteFault, _ toxicity: Float) -> Toxic {
        Toxic(
            id: id,
            name: "\(fault.type)\(id)",
            stream: "downstream",
            direction: .serverToClient,
            toxicity: toxicity,
            fault: .bytes(fault)
        )
    }

    private static func instant(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000)
    }

    private var now: Instant { Self.instant(milliseconds) }

    /// What has happened since the last call: `0 abc`, `100 end`, `100 dropped 3 timeout1`.
    mutating func take() -> [String] {
        defer { story = [] }
        return story
    }

    /// Bytes come.
    mutating func bytes(_ text: String) {
        var actions: [FaultChain.Action] = []
        chain.take(ByteBuffer(string: text), at: now, actions: &actions)
        note(actions)
    }

    /// The sender ends.
    mutating func end() {
        var actions: [FaultChain.Action] = []
        chain.end(at: now, actions: &actions)
        note(actions)
    }

    /// The sender breaks the connection.
    mutating func breakOff(_ cut: Cut) {
        var actions: [FaultChain.Action] = []
        chain.breakOff(cut, at: now, actions: &actions)
        note(actions)
    }

    /// Time passes; what is due on the way happens when it is due.
    mutating func run(until milliseconds: UInt64) {
        while let due = chain.wakeTime, due <= Self.instant(milliseconds) {
            let step = max(due.nanoseconds, now.nanoseconds)
            // A fault may work in microseconds; the book counts whole milliseconds, rounded up.
            self.milliseconds = (step - 1_000_000_000 + 999_999) / 1_000_000
            var actions: [FaultChain.Action] = []
            chain.wake(at: now, actions: &actions)
            note(actions)
        }
        self.milliseconds = milliseconds
    }

    /// The first fault gets other attributes.
    mutating func update(_ fault: ByteFault) {
        plan.toxics[0].fault = .bytes(fault)
        apply()
    }

    /// The first fault is removed.
    mutating func removeFirst() {
        plan.toxics.removeFirst()
        apply()
    }

    /// All faults are removed.
    mutating func removeAll() {
        plan.toxics = []
        apply()
    }

    /// A fault is added.
    mutating func add(_ fault: ByteFault) {
        lastID += 1
        plan.toxics.append(Self.toxic(lastID, fault, 1))
        apply()
    }

    private mutating func apply() {
        var actions: [FaultChain.Action] = []
        chain.apply(plan, at: now, actions: &actions)
        note(actions)
    }

    var isSaturated: Bool { chain.isSaturated }
    var isIdle: Bool { chain.isIdle }
    var heldByteCount: Int { chain.heldByteCount }
    var wakeTime: UInt64? { chain.wakeTime.map { ($0.nanoseconds - 1_000_000_000) / 1_000_000 } }

    private mutating func note(_ actions: [FaultChain.Action]) {
        for action in actions {
            switch action {
            case .forward(let chunk):
                story.append("\(milliseconds) \(String(buffer: chunk.bytes))")
            case .rewrite, .unmatched: story.append("\(milliseconds) \(action)")
            case .end: story.append("\(milliseconds) end")
            case .dropped(let count, let cause):
                story.append("\(milliseconds) dropped \(count) \(cause)")
            case .cut(let cut, let cause): story.append("\(milliseconds) \(cut) \(cause)")
            }
        }
    }
}
