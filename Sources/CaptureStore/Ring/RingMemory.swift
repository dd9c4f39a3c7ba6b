private import CKernel
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// A ring file, mapped: what is stored here is the kernel's at once.
///
/// Who may touch what is for ``Ring`` and ``RingMedium`` to keep: a slot is written by the thread that
/// fills it until it is handed over, and read by the thread that drains it.
///
/// Safety: the mapping lives as long as the object; every access is to a word or slot within it.
final class RingMemory: @unchecked Sendable {
    /// A slot's entry.
    struct Slot: Equatable {
        var index: Int
        var file: UInt64
        var offset: UInt64
        var filled: UInt64
    }

    /// A file that slots belong to.
    struct File: Equatable {
        var entry: Int
        var number: UInt64
        var inode: UInt64
        var name: String
    }

    let path: String
    let layout: RingLayout
    private let base: UnsafeMutableRawPointer
    private let file: FileWriter

    /// Creates and maps a ring file with mode 0600, all of its blocks taken.
    init(creating path: String, byteCount: UInt64) throws(StoreError) {
        self.path = path
        layout = RingLayout(byteCount: byteCount)
        file = try FileWriter(creating: path)
        do throws(StoreError) {
            try file.truncate(to: UInt64(layout.byteCount))
            let code = wscap_preallocate(file.number, 0, UInt64(layout.byteCount))
            guard code == 0 else { throw .writeFailed(path: path, Errno(rawValue: code)) }
            base = try Self.map(file, byteCount: layout.byteCount)
        } catch {
            unlink(path)
            throw error
        }
        store(UInt64(layout.slotByteCount), at: 8)
        store(UInt64(layout.slotCount), at: 16)
        store(UInt64(layout.headByteCount), at: 24)
        for (index, byte) in Self.bootID().enumerated() {
            base.storeBytes(of: byte, toByteOffset: RingLayout.bootOffset + index, as: UInt8.self)
        }
        store(RingLayout.magic, at: 0)
    }

    /// Maps an existing ring file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - locked: Take it over from a dead writer; otherwise it is only looked at.
    /// - Throws: ``StoreError/inUse(path:)`` when it is to be locked and its writer lives;
    ///   ``StoreError/damagedRing(path:)`` when it is none.
    init(opening path: String, locked: Bool) throws(StoreError) {
        self.path = path
        file = try locked ? FileWriter(opening: path) : FileWriter(lookingAt: path)
        let byteCount = try file.byteCount()
        guard byteCount >= UInt64(RingLayout.slotEntriesOffset) else {
            throw .damagedRing(path: path)
        }
        let head = try file.read(at: 0, count: 32)
        func word(_ index: Int) -> UInt64 {
            head.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
            }
        }
        guard head.count == 32, word(0) == RingLayout.magic,
            let layout = RingLayout(
                slotByteCount: word(1),
                slotCount: word(2),
                headByteCount: word(3),
                fileByteCount: byteCount
            )
        else { throw .damagedRing(path: path) }
        self.layout = layout
        base = try Self.map(file, byteCount: layout.byteCount, isReadOnly: !locked)
    }

    deinit {
        munmap(base, layout.byteCount)
        do { try file.close() } catch { return }
    }

    private static func map(
        _ file: FileWriter,
        byteCount: Int,
        isReadOnly: Bool = false
    ) throws(StoreError) -> UnsafeMutableRawPointer {
        let protection = isReadOnly ? PROT_READ : PROT_READ | PROT_WRITE
        guard let mapped = mmap(nil, byteCount, protection, MAP_SHARED, file.number, 0),
            mapped != MAP_FAILED
        else { throw .cannotCreate(path: file.path, Errno(rawValue: errno)) }
        return mapped
    }

    // MARK: Boots

    /// Whether the machine has run through since the ring was written: only then is memory that never
    /// reached the disk still there.
    var isOfThisBoot: Bool {
        let own = Self.bootID()
        return !own.isEmpty
            && own.enumerated().allSatisfy { index, byte in
                base.load(fromByteOffset: RingLayout.bootOffset + index, as: UInt8.self) == byte
            }
    }

    /// The machine's boot id (proc(5)), 16 bytes; none where there is no such thing.
    private static func bootID() -> [UInt8] {
        do {
            let file = try FileDescriptor.open("/proc/sys/kernel/random/boot_id", .readOnly)
            return try file.closeAfter {
                var text = [UInt8](repeating: 0, count: 36)
                let count = try text.withUnsafeMutableBytes { try file.read(into: $0) }
                let digits = text.prefix(count).compactMap {
                    Character(UnicodeScalar($0)).hexDigitValue
                }
                guard digits.count == 32 else { return [] }
                return (0..<16).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
            }
        } catch {
            return []
        }
    }

    // MARK: Slots

    /// Takes a free slot for a stretch of a file.
    func claim(_ slot: Int, file: UInt64, offset: UInt64) {
        let entry = layout.slotEntryOffset(slot)
        store(offset, at: entry + 8)
        store(0, at: entry + 16)
        store(file, at: entry)
    }

    /// Gives a slot back.
    func release(_ slot: Int) {
        store(0, at: layout.slotEntryOffset(slot))
    }

    /// Copies bytes into a slot; they count once ``publish(_:filled:)`` says so.
    @inline(__always)
    func copy(_ bytes: UnsafeRawBufferPointer, into slot: Int, at offset: Int) {
        precondition(offset >= 0 && offset + bytes.count <= layout.slotByteCount)
        guard let source = bytes.baseAddress else { return }
        (base + layout.slotOffset(slot) + offset).copyMemory(from: source, byteCount: bytes.count)
    }

    /// Says how many bytes of a slot count.
    @inline(__always)
    func publish(_ slot: Int, filled: Int) {
        store(UInt64(filled), at: layout.slotEntryOffset(slot) + 16)
    }

    func filled(_ slot: Int) -> Int {
        Int(clamping: min(UInt64(layout.slotByteCount), load(layout.slotEntryOffset(slot) + 16)))
    }

    /// The bytes of a slot.
    func bytes(of slot: Int, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= layout.slotByteCount)
        return UnsafeRawBufferPointer(
            start: base + layout.slotOffset(slot) + range.lowerBound,
            count: range.count
        )
    }

    /// A slot's entry; `nil` when it is free.
    func slot(_ index: Int) -> Slot? {
        let entry = layout.slotEntryOffset(index)
        let file = load(entry)
        guard file != 0 else { return nil }
        return Slot(
            index: index,
            file: file,
            offset: load(entry + 8),
            filled: UInt64(filled(index))
        )
    }

    /// The slots of a file, in its order.
    func slots(of file: UInt64) -> [Slot] {
        (0..<layout.slotCount).compactMap(slot).filter { $0.file == file }
            .sorted { $0.offset < $1.offset }
    }

    // MARK: Files

    /// Enters a file; slots may then belong to it.
    func enter(_ number: UInt64, inode: UInt64, name: String, at entry: Int) {
        let offset = layout.fileEntryOffset(entry)
        let bytes = Array(name.utf8.prefix(RingLayout.nameByteCountMax))
        store(inode, at: offset + 8)
        store(UInt64(bytes.count), at: offset + 16)
        for (index, byte) in bytes.enumerated() {
            base.storeBytes(of: byte, toByteOffset: offset + 24 + index, as: UInt8.self)
        }
        store(number, at: offset)
    }

    /// Forgets a file.
    func leave(_ entry: Int) {
        store(0, at: layout.fileEntryOffset(entry))
    }

    /// The entry of a capture: the one with its inode, or, when both were copied to another place, the one
    /// with its name.
    func file(inode: UInt64, name: String) -> File? {
        let files = files()
        return files.first { $0.inode == inode } ?? files.first { $0.name == name }
    }

    /// Whether some of a capture stands in the ring.
    var holdsAnything: Bool {
        files().contains { file in slots(of: file.number).contains { $0.filled > 0 } }
    }

    /// The files that slots may belong to.
    func files() -> [File] {
        (0..<RingLayout.fileCount).compactMap { entry in
            let offset = layout.fileEntryOffset(entry)
            let number = load(offset)
            guard number != 0 else { return nil }
            let count = min(Int(clamping: load(offset + 16)), RingLayout.nameByteCountMax)
            let name = UnsafeRawBufferPointer(start: base + offset + 24, count: count)
            return File(
                entry: entry,
                number: number,
                inode: load(offset + 8),
                name: String(decoding: name, as: UTF8.self)
            )
        }
    }

    /// Removes the ring's file; the memory stays mapped.
    func remove() {
        unlink(path)
    }

    @inline(__always)
    private func word(_ offset: Int) -> UnsafeMutablePointer<UInt64> {
        (base + offset).assumingMemoryBound(to: UInt64.self)
    }

    @inline(__always)
    private func store(_ value: UInt64, at offset: Int) {
        wscap_store_release(word(offset), value.littleEndian)
    }

    @inline(__always)
    private func load(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: wscap_load_acquire(word(offset)))
    }
}
