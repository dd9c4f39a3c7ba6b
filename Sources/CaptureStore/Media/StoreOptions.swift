/// How captures are put on disk.
public struct StoreOptions: Equatable, Sendable {
    /// Which medium is used.
    public enum Kind: String, CaseIterable, Sendable {
        /// The ring where the file system can carry it, plain writes elsewhere.
        case auto
        /// A recycled ring in memory that a second thread empties into the file.
        case ring
        /// One write a tick.
        case write
    }

    /// What power loss may cost; `kill -9` costs nothing either way.
    public enum Sync: String, CaseIterable, Sendable {
        /// What the kernel had not written yet, which may be half a minute.
        case none
        /// At most about a second.
        case interval
        /// Nothing: bytes are on the disk before they are forwarded.
        case always
    }

    /// Which medium is used.
    public var kind: Kind
    /// The ring's size in bytes, of which whole slots of 1 MiB are used.
    public var ringByteCount: UInt64
    /// What power loss may cost.
    public var sync: Sync
    /// Recording stops before less than this is free on the volume, in bytes; `nil` leaves the
    /// smaller of 256 MiB and a twentieth of the volume.
    public var minimumFree: UInt64?

    /// Blocks are taken ahead in steps of so many bytes.
    public var stepByteCount: UInt64 = 16 << 20

    /// The ring's size when nothing else is asked for.
    public static let ringByteCountDefault: UInt64 = 64 << 20
    /// The sizes that a ring can have.
    public static let ringByteCountRange: ClosedRange<UInt64> = 4 << 20...1 << 30

    /// Creates options.
    public init(
        kind: Kind = .auto,
        ringByteCount: UInt64 = StoreOptions.ringByteCountDefault,
        sync: Sync = .none,
        minimumFree: UInt64? = nil
    ) {
        self.kind = kind
        self.ringByteCount = ringByteCount
        self.sync = sync
        self.minimumFree = minimumFree
    }
}
