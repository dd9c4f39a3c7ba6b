private import CKernel
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// The capture file that slots are emptied into.
///
/// Safety: after its creation it belongs to the thread that empties the ring; ``file`` alone is also
/// used by the thread that fills it, for calls that the kernel makes safe (allocation, writes).
final class RingOutput: @unchecked Sendable {
    /// The number under which the ring knows the file.
    let number: UInt64
    /// The ring's entry for the file.
    let entry: Int
    let file: FileWriter
    /// Power loss may cost a second at most.
    let syncs: Bool
    /// Writes past the page cache; -1 when the file system will not.
    private var direct: CInt
    /// What was written before slots were full, so that the file can be followed; in bytes.
    private var trickledThrough: UInt64 = 0
    /// The file could not be written and the process ends: what is missing stays in the ring.
    var isAbandoned = false

    /// Opens a file that was created a second time, for direct writes.
    init(_ file: FileWriter, number: UInt64, entry: Int, sync: StoreOptions.Sync) {
        self.file = file
        self.number = number
        self.entry = entry
        syncs = sync != .none
        direct = wscap_open_direct(file.path, syncs ? 1 : 0)
    }

    deinit {
        if direct >= 0 { close(direct) }
    }

    var path: String { file.path }

    /// Writes the bytes of a slot at their place: whole slots past the page cache.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StoreError) {
        if bytes.count % RingLayout.slotByteCount == 0, direct >= 0 {
            guard try writeDirectly(bytes, at: offset) else {
                close(direct)
                direct = -1
                return try file.write(bytes.bytes, at: offset)
            }
        } else {
            try file.write(bytes.bytes, at: offset)
            if syncs { try file.sync() }
        }
    }

    /// Answers whether the file system can do it.
    private func writeDirectly(
        _ bytes: UnsafeRawBufferPointer,
        at offset: UInt64
    ) throws(StoreError) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(direct, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count > 0 {
                done += count
            } else if count < 0, errno == EINVAL {
                return false
            } else if count == 0 || errno != EINTR {
                throw .writeFailed(path: path, Errno(rawValue: count == 0 ? EIO : errno))
            }
        }
        return true
    }

    /// Writes what a slot holds so far, as far as it is not in the file yet.
    func trickle(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(StoreError) {
        let known = Int(clamping: max(trickledThrough, offset) - offset)
        guard known < bytes.count else { return }
        let fresh = UnsafeRawBufferPointer(rebasing: bytes[known...])
        try file.write(fresh.bytes, at: offset + UInt64(known))
        trickledThrough = offset + UInt64(bytes.count)
        if syncs { try file.sync() }
    }

    /// Gives unused blocks back and closes the file.
    func finish(at byteCount: UInt64) throws(StoreError) {
        try file.truncate(to: byteCount)
        if syncs { try file.sync() }
        try file.close()
    }
}
