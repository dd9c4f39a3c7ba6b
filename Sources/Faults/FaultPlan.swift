public import Vocabulary

/// One fault that somebody asked for: a toxic, in the words of the control API.
public struct Toxic: Equatable, Sendable {
    /// Unique among all toxics of a process, and never given again.
    public var id: UInt64
    /// Unique within its proxy.
    public var name: String
    /// The direction in the words of whoever asked: `upstream`, `downstream`, in any case.
    public var stream: String
    /// The bytes that it works on.
    public var direction: Direction
    /// The share that it works on, from 0 (none) to 1 (all): of connections, or, for faults on messages, of
    /// the messages that are meant.
    public var toxicity: Float
    /// What it does.
    public var fault: Fault
    /// What its chance follows from, where that is not the plan's seed.
    public var ownSeed: UInt64?

    /// Describes a toxic.
    public init(
        id: UInt64,
        name: String,
        stream: String,
        direction: Direction,
        toxicity: Float,
        fault: Fault
    ) {
        self.id = id
        self.name = name
        self.stream = stream
        self.direction = direction
        self.toxicity = toxicity
        self.fault = fault
    }

    /// Whether the dice are for a connection.
    ///
    /// The draw follows from seed, connection and name alone, so the same seed touches the same
    /// connections whenever it is asked, and more toxicity adds connections without changing the others.
    func isDrawn(on connection: ConnectionID, seed: UInt64) -> Bool {
        var chance = chance(on: connection, seed: seed)
        let draw = Double(chance.next() >> 11) * 0x1p-53
        return draw < Double(toxicity)
    }

    /// The dice of this toxic on a connection.
    ///
    /// They go by its name, not by its number, so that a plan that is put in place again does the same again.
    func chance(on connection: ConnectionID, seed: UInt64) -> SeededGenerator {
        var mixer = SeededGenerator(seed: ownSeed ?? seed)
        mixer = SeededGenerator(seed: mixer.next() ^ connection.rawValue)
        // FNV-1a.
        let digest = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        return SeededGenerator(seed: mixer.next() ^ digest)
    }
}

/// Everything that a proxy's connections are to suffer; immutable, and swapped whole.
public struct FaultPlan: Equatable, Sendable {
    /// All chance follows from it.
    public var seed: UInt64
    /// In order of creation; a partition last.
    public var toxics: [Toxic]
    /// Bytes that a direction of a connection holds before its sender is not read any more; one tick's
    /// reads come on top.
    public var heldByteCountMax: Int
    /// Whether faults on messages may touch compressed ones: their compression is followed from the
    /// handshake on, which costs its memory and time.
    public var touchesCompressed: Bool

    /// What ``heldByteCountMax`` is when nothing is said: 16 MiB.
    public static let heldByteCountDefault = 16 << 20

    /// Describes a plan.
    public init(
        seed: UInt64,
        toxics: [Toxic] = [],
        heldByteCountMax: Int = FaultPlan.heldByteCountDefault,
        touchesCompressed: Bool = true
    ) {
        self.seed = seed
        self.toxics = toxics
        self.heldByteCountMax = heldByteCountMax
        self.touchesCompressed = touchesCompressed
    }

    /// Whether nothing at all is to pass in a direction.
    public func isPartitioned(_ direction: Direction) -> Bool {
        toxics.contains { $0.direction == direction && $0.fault == .bytes(.partition) }
    }

    /// The toxics on bytes of one direction that work on a connection, in order.
    func byteToxics(_ direction: Direction, on connection: ConnectionID) -> [Toxic] {
        toxics.filter {
            guard $0.direction == direction, case .bytes(let fault) = $0.fault else { return false }
            return fault != .noop && $0.isDrawn(on: connection, seed: seed)
        }
    }

    /// The names of the faults that work on a direction of an upgraded connection, or may.
    ///
    /// - Parameters:
    ///   - direction: The direction.
    ///   - connection: The connection.
    ///   - path: The target of its upgrade.
    /// - Returns: The names, those of faults on messages first.
    public func names(
        _ direction: Direction,
        on connection: ConnectionID,
        path: String
    ) -> [String] {
        let messages = messageToxics(direction).filter {
            guard case .messages(let fault) = $0.fault else { return false }
            return fault.selection.admits(connection, path: path)
        }
        return (messages + byteToxics(direction, on: connection)).map(\.name)
    }

    /// Whether any of the toxics works on messages.
    public var hasMessages: Bool {
        toxics.contains { if case .messages = $0.fault { true } else { false } }
    }

    /// The toxics on messages of one direction, in order.
    func messageToxics(_ direction: Direction) -> [Toxic] {
        toxics.filter {
            guard $0.direction == direction, case .messages = $0.fault else { return false }
            return true
        }
    }

    /// The toxics that stall the handshake of a connection that is to come.
    func stallToxics(
        _ direction: Direction,
        on connection: ConnectionID,
        at now: Instant
    ) -> [Toxic] {
        toxics.filter { toxic in
            guard toxic.direction == direction, case .upgrade(let fault) = toxic.fault,
                case .stall = fault.kind, fault.selection.admits(connection, path: "")
            else { return false }
            return fault.budget.take(
                fault.selection.limits,
                at: now,
                isDrawn: toxic.isDrawn(on: connection, seed: seed)
            )
        }
    }

    /// Counts `for_ms` of all toxics from now, unless they have been counting.
    public func begin(at now: Instant) {
        for toxic in toxics { toxic.fault.begin(at: now) }
    }
}
