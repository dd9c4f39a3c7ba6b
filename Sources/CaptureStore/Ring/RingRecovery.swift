/// Puts what a killed writer left in its ring where it belongs; doing it twice does no harm.
enum RingRecovery {
    /// What came out of a ring.
    struct Result: Equatable {
        /// Whether the capture's end was in a ring.
        var hadRing = false
        /// The machine was restarted since: the bytes may be older or torn, and want checking.
        var isOfEarlierBoot = false
    }

    /// Copies the slots of a capture into it.
    ///
    /// - Parameter capture: The capture, locked.
    /// - Returns: Where the capture's end was.
    /// - Throws: ``StoreError``, when it cannot be written.
    static func recover(_ capture: FileWriter) throws(StoreError) -> Result {
        var result = Result()
        try withRing(of: capture) { memory, file throws(StoreError) in
            result.hadRing = true
            result.isOfEarlierBoot = !memory.isOfThisBoot
            var end = try capture.byteCount()
            for slot in memory.slots(of: file.number) {
                // What lies between was never drained, and is nowhere.
                guard slot.offset <= end else { break }
                let bytes = memory.bytes(of: slot.index, 0..<Int(slot.filled))
                try capture.write(bytes.bytes, at: slot.offset)
                end = slot.offset + slot.filled
            }
            if !memory.slots(of: file.number).isEmpty { try capture.truncate(to: end) }
        }
        return result
    }

    /// Forgets a capture that is whole without its ring, and removes the ring when it was the last.
    static func forget(_ capture: FileWriter) throws(StoreError) {
        try withRing(of: capture) { memory, file throws(StoreError) in
            try capture.sync()
            for slot in memory.slots(of: file.number) { memory.release(slot.index) }
            memory.leave(file.entry)
            if memory.files().isEmpty { memory.remove() }
        }
    }

    /// Removes rings whose writers are dead and in which nothing is left.
    ///
    /// - Parameter folder: Where to look.
    /// - Returns: Rings that hold the end of a capture that is not beside them.
    static func removeEmpty(in folder: String) -> [String] {
        var kept: [String] = []
        for path in RingFolder.rings(in: folder) {
            do throws(StoreError) {
                let memory = try RingMemory(opening: path, locked: true)
                if memory.holdsAnything { kept.append(path) } else { memory.remove() }
            } catch {
                continue
            }
        }
        return kept
    }

    private static func withRing(
        of capture: FileWriter,
        _ body: (RingMemory, RingMemory.File) throws(StoreError) -> Void
    ) throws(StoreError) {
        let inode = try capture.inode()
        for path in RingFolder.rings(beside: capture.path) {
            let memory: RingMemory
            do throws(StoreError) {
                memory = try RingMemory(opening: path, locked: true)
            } catch {
                // Another writer's, or none at all.
                continue
            }
            let name = CaptureFolder.name(of: capture.path)
            if let file = memory.file(inode: inode, name: name) { try body(memory, file) }
        }
    }
}
