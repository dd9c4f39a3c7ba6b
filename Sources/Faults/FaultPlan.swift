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
    /// The share of connections that it works on, from 0 (none) to 1 (all).
    public var toxicity: Float
    /// What it does.
    public var fault: ByteFault

    /// Describes a toxic.
    public init(
        id: UInt64,
        name: String,
        stream: String,
        direction: Direction,
        toxicity: Float,
        fault: ByteFault
    ) {
        self.id = id
        self.name = name
        self.stream = stream
        self.direction = direction
        self.toxicity = toxicity
        self.fault = fault
    }

    /// Whether it works on a connection.
    ///
    /// The draw follows from seed, connection and toxic alone, so the same seed touches the same
    /// connections whenever it is asked, and more toxicity adds connections without changing the others.
    func isActive(on connection: ConnectionID, seed: UInt64) -> Bool {
        var chance = chance(on: connection, seed: seed)
        let draw = Double(chance.next() >> 11) * 0x1p-53
        return draw < Double(toxicity)
    }

    /// The dice of this toxic on a connection.
    func chance(on connection: ConnectionID, seed: UInt64) -> SeededGenerator {
        var mixer = SeededGenerator(seed: seed)
        mixer = SeededGenerator(seed: mixer.next() ^ connection.rawValue)
        return SeededGenerator(seed: mixer.next() ^ id)
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

    /// What ``heldByteCountMax`` is when nothing is said: 16 MiB.
    public static let heldByteCountDefault = 16 << 20

    /// Describes a plan.
    public init(
        seed: UInt64,
        toxics: [Toxic] = [],
        heldByteCountMax: Int = FaultPlan.heldByteCountDefault
    ) {
        self.seed = seed
        self.toxics = toxics
        self.heldByteCountMax = heldByteCountMax
    }

    /// Whether nothing at all is to pass in a direction.
    public func isPartitioned(_ direction: Direction) -> Bool {
        toxics.contains { $0.direction == direction && $0.fault == .partition }
    }

    /// The toxics of one direction that work on a connection, in order.
    public func toxics(_ direction: Direction, on connection: ConnectionID) -> [Toxic] {
        toxics.filter {
            $0.direction == direction && $0.fault != .noop
                && $0.isActive(on: connection, seed: seed)
        }
    }
}
