import Faults
import TestKit
import Testing
import Vocabulary
import WebSocketWire

import struct NIOCore.ByteBuffer

/// Faults on messages under test, in a time of their own that begins at 0 ms.
///
/// It knows what came, what went on, and what was said of it, and holds the three together: by the rule of
/// docs/capture-format.md, section 6, what was said turns what came into what went on.
struct MessageBook {
    private(set) var chain: FaultChain
    private var plan: FaultPlan
    private let direction: Direction
    private(set) var milliseconds: UInt64 = 0
    private var lastID: UInt64 = 0

    private(set) var received: [UInt8] = []
    private(set) var sent: [UInt8] = []
    private(set) var rewrites: [Rewrite] = []
    /// `5 end`, `7 reset cut`: what happened besides bytes.
    private(set) var story: [String] = []
    /// When each message went on that began then.
    private(set) var sentTimes: [UInt64] = []

    /// Begins behind the upgrade.
    init(
        _ faults: [Fault] = [],
        _ direction: Direction = .serverToClient,
        agreement: ExtensionAgreement = .none,
        path: String = "/ws",
        toxicity: Float = 1,
        seed: UInt64 = 1,
        connection: UInt64 = 1,
        heldByteCountMax: Int = FaultPlan.heldByteCountDefault,
        touchesCompressed: Bool = true
    ) {
        self.direction = direction
        var plan = FaultPlan(
            seed: seed,
            heldByteCountMax: heldByteCountMax,
            touchesCompressed: touchesCompressed
        )
        for fault in faults {
            lastID += 1
            plan.toxics.append(Self.toxic(lastID, fault, direction, toxicity))
        }
        self.plan = plan
        plan.begin(at: Self.instant(0))
        chain = FaultChain(
            plan,
            direction,
            on: ConnectionID(rawValue: connection),
            isUpgraded: true,
            at: Self.instant(0)
        )
        var actions: [FaultChain.Action] = []
        chain.beginFrames(
            FrameStart(
                scanner: FrameScanner(),
                offset: 0,
                isInsideMessage: false,
                isAtBeginning: true,
                agreement: agreement,
                path: path
            ),
            plan,
            at: now,
            actions: &actions
        )
        note(actions)
    }

    /// A fault by its name, with attributes.
    static func fault(
        _ type: String,
        _ attributes: [String: AttributeValue] = [:]
    ) throws -> Fault {
        try #require(Fault(type: type)).with(attributes)
    }

    private static func toxic(
        _ id: UInt64,
        _ fault: Fault,
        _ direction: Direction,
        _ toxicity: Float
    ) -> Toxic {
        Toxic(
            id: id,
            name: "\(fault.type)-\(id)",
            stream: direction == .clientToServer ? "upstream" : "downstream",
            direction: direction,
            toxicity: toxicity,
            fault: fault
        )
    }

    private static func instant(_ milliseconds: UInt64) -> Instant {
        Instant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000)
    }

    private var now: Instant { Self.instant(milliseconds) }

    // MARK: What happens

    /// Bytes come.
    mutating func bytes(_ bytes: [UInt8]) {
        received += bytes
        var actions: [FaultChain.Action] = []
        chain.take(ByteBuffer(bytes: bytes), at: now, actions: &actions)
        note(actions)
    }

    /// Messages come, a frame each.
    mutating func texts(_ texts: String...) {
        for text in texts { bytes(frame(.text, Array(text.utf8))) }
    }

    /// A frame of this direction.
    func frame(
        _ opcode: Opcode,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reservedBits: UInt8 = 0
    ) -> [UInt8] {
        FrameBytes.frame(
            opcode,
            payload,
            isFinal: isFinal,
            reservedBits: reservedBits,
            maskKey: direction == .clientToServer ? 0x0102_0304 &+ UInt32(received.count) : nil
        )
    }

    /// The sender ends.
    mutating func end() {
        var actions: [FaultChain.Action] = []
        chain.end(at: now, actions: &actions)
        note(actions)
    }

    /// Time passes; what is due on the way happens when it is due.
    mutating func run(until milliseconds: UInt64) {
        while let due = chain.wakeTime, due <= Self.instant(milliseconds) {
            let step = max(due.nanoseconds, now.nanoseconds)
            self.milliseconds = (step - 1_000_000_000 + 999_999) / 1_000_000
            var actions: [FaultChain.Action] = []
            chain.wake(at: now, actions: &actions)
            note(actions)
        }
        self.milliseconds = milliseconds
    }

    /// A fault is added.
    mutating func add(_ fault: Fault) {
        lastID += 1
        plan.toxics.append(Self.toxic(lastID, fault, direction, 1))
        apply()
    }

    /// The first fault gets other attributes.
    mutating func update(_ fault: Fault) {
        plan.toxics[0].fault = fault
        apply()
    }

    /// All faults are removed.
    mutating func removeAll() {
        plan.toxics = []
        apply()
    }

    private mutating func apply() {
        plan.begin(at: now)
        var actions: [FaultChain.Action] = []
        chain.apply(plan, at: now, actions: &actions)
        note(actions)
    }

    private mutating func note(_ actions: [FaultChain.Action]) {
        for action in actions {
            switch action {
            case .forward(let chunk):
                sent += Array(chunk.bytes.readableBytesView)
                sentTimes.append(milliseconds)
            case .rewrite(let rewrite): rewrites.append(rewrite)
            case .unmatched(let offset, let reason):
                story.append("\(milliseconds) unmatched \(offset) \(reason)")
            case .end: story.append("\(milliseconds) end")
            case .dropped(let count, let cause):
                story.append("\(milliseconds) dropped \(count) \(cause)")
            case .cut(let cut, let cause): story.append("\(milliseconds) \(cut) \(cause)")
            }
        }
    }

    // MARK: What is to hold

    /// What went on as the receiver reads it; a strict one.
    func messages(inflater: consuming Inflater? = nil) throws -> [ReceivedMessage] {
        try ReceivedMessage.read(
            sent,
            isMasked: direction == .clientToServer,
            inflater: inflater
        )
    }

    /// The texts of the messages that went on.
    func texts() throws -> [String] { try messages().map(\.text) }

    /// The kinds of what was said, in order.
    var kinds: [Rewrite.Kind] { rewrites.map(\.kind) }

    /// What came, turned by what was said into what must have gone on, but for what is still held.
    func rebuilt() -> [UInt8] {
        var out: [UInt8] = []
        var position = 0
        for rewrite in rewrites {
            let start = Int(rewrite.range.lowerBound)
            precondition(start >= position, "rewrites stand in the order of their offsets")
            out += received[position..<start]
            out += Array(rewrite.sent.readableBytesView)
            position = Int(rewrite.range.upperBound)
        }
        return out + received[position...]
    }

    /// Whether what was said explains what went on.
    func isExplained() -> Bool { rebuilt().starts(with: sent) }
}
