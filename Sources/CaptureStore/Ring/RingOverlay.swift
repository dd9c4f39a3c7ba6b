private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// The part of a capture that is still in its ring, for readers.
///
/// The writer may be at work meanwhile: what has left the ring since is in the file.
final class RingOverlay {
    private let memory: RingMemory
    private let number: UInt64
    private var slots: [RingMemory.Slot]

    private init(memory: RingMemory, number: UInt64) {
        self.memory = memory
        self.number = number
        slots = memory.slots(of: number)
    }

    /// The ring beside a capture that holds some of it; `nil` when there is none.
    static func find(for path: String, inode: UInt64) -> RingOverlay? {
        for ring in RingFolder.rings(beside: path) {
            do throws(StoreError) {
                let memory = try RingMemory(opening: ring, locked: false)
                let name = CaptureFolder.name(of: path)
                guard let file = memory.file(inode: inode, name: name) else { continue }
                return RingOverlay(memory: memory, number: file.number)
            } catch {
                continue
            }
        }
        return nil
    }

    /// Where the capture ends, as far as the ring knows; 0 when it holds nothing.
    var endOffset: UInt64 { slots.last.map { $0.offset + $0.filled } ?? 0 }

    /// Looks again at what the ring holds.
    func refresh() {
        slots = memory.slots(of: number)
    }

    /// Copies bytes of the capture out of the ring.
    ///
    /// - Parameters:
    ///   - offset: Where in the capture.
    ///   - target: Filled from its beginning.
    /// - Returns: How many bytes were copied; 0 when the ring does not hold the byte at `offset`.
    func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) -> Int {
        guard
            let slot = slots.first(where: { $0.offset <= offset && offset < $0.offset + $0.filled })
        else { return 0 }
        let start = Int(offset - slot.offset)
        let count = min(target.count, Int(slot.filled) - start)
        target.copyMemory(from: memory.bytes(of: slot.index, start..<start + count))
        // The writer may have used the slot again while it was copied.
        guard let now = memory.slot(slot.index), now.file == slot.file, now.offset == slot.offset
        else { return 0 }
        return count
    }
}
