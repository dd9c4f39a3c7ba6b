/// Where things stand in a ring file; little-endian words, each on its natural boundary.
///
/// ```
///     0  magic "WSCRING1"
///     8  slot size in bytes (u64)
///    16  number of slots (u64)
///    24  bytes before the first slot (u64)
///    32  boot id of the machine (16 bytes)
///    64  four file entries of 256 bytes: number (u64, 0 = none), inode (u64), name length (u64), name
///  2048  slot entries of 32 bytes: file number (u64, 0 = free), file offset (u64), filled bytes (u64), 0
///     …  slots
/// ```
///
/// A slot's bytes count as far as `filled` says, which is stored after they are there; a slot's entry
/// counts when its file number is set, which is stored last and cleared first.
struct RingLayout: Equatable {
    static let magic: UInt64 = 0x3147_4E49_5243_5357
    static let bootOffset = 32
    static let filesOffset = 64
    static let fileEntryByteCount = 256
    static let fileCount = 4
    static let nameByteCountMax = fileEntryByteCount - 24
    static let slotEntriesOffset = 2048
    static let slotEntryByteCount = 32
    /// Slots are as large as a segment, and a multiple of any disk's block size.
    static let slotByteCount = 1 << 20
    private static let pageByteCount = 4096

    var slotByteCount: Int
    var slotCount: Int
    var headByteCount: Int

    /// The layout of a ring of about `byteCount` bytes.
    init(byteCount: UInt64) {
        slotByteCount = Self.slotByteCount
        slotCount = max(4, Int(byteCount) / Self.slotByteCount)
        let entriesEnd = Self.slotEntriesOffset + slotCount * Self.slotEntryByteCount
        headByteCount =
            (entriesEnd + Self.pageByteCount - 1) / Self.pageByteCount * Self.pageByteCount
    }

    /// The layout that a ring file says it has; `nil` when that cannot be.
    init?(slotByteCount: UInt64, slotCount: UInt64, headByteCount: UInt64, fileByteCount: UInt64) {
        guard (4096...(1 << 30)).contains(slotByteCount), slotByteCount % 4096 == 0,
            (1...65_536).contains(slotCount), headByteCount % 4096 == 0,
            headByteCount >= UInt64(Self.slotEntriesOffset)
                + slotCount * UInt64(Self.slotEntryByteCount),
            headByteCount <= 1 << 30,
            fileByteCount >= headByteCount + slotByteCount * slotCount
        else { return nil }
        self.slotByteCount = Int(slotByteCount)
        self.slotCount = Int(slotCount)
        self.headByteCount = Int(headByteCount)
    }

    var byteCount: Int { headByteCount + slotByteCount * slotCount }

    func slotOffset(_ slot: Int) -> Int { headByteCount + slot * slotByteCount }
    func slotEntryOffset(_ slot: Int) -> Int {
        Self.slotEntriesOffset + slot * Self.slotEntryByteCount
    }
    func fileEntryOffset(_ entry: Int) -> Int {
        Self.filesOffset + entry * Self.fileEntryByteCount
    }
}
