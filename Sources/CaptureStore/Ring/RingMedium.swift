internal import Vocabulary

/// A capture file whose bytes are put into a ring, and from there into the file by another thread.
///
/// Confined to the event loop that fills it.
final class RingMedium: CaptureMedium {
    private let ring: Ring
    private let output: RingOutput
    private var preallocation: Preallocation
    private let slotByteCount: UInt64
    private var endOffset: UInt64 = 0
    /// Full slots that may still be overwritten, and the one that is being filled, in file order.
    private var residents: [Ring.Resident] = []
    /// Bytes in the last of ``residents``.
    private var filled = 0

    /// Creates the file with mode 0600 and locks it.
    init(creating path: String, in ring: Ring, options: StoreOptions) throws(StoreError) {
        self.ring = ring
        let file = try FileWriter(creating: path)
        output = try ring.enter(file, sync: options.sync)
        preallocation = Preallocation(options)
        slotByteCount = UInt64(ring.memory.layout.slotByteCount)
    }

    var path: String { output.path }

    private var room: Int { residents.isEmpty ? 0 : Int(slotByteCount) - filled }

    func append(
        _ bytes: RawSpan,
        settledThrough settled: UInt64,
        keepingFree reserve: UInt64
    ) throws(StoreError) {
        let end = endOffset + UInt64(bytes.byteCount)
        if reserve > 0 {
            // Whole slots are drained, so whole slots must fit.
            try preallocation.ensure(through: end + reserve + slotByteCount, of: output.file)
        }
        if residents.count > 1 { handOver(settledThrough: settled) }
        if bytes.byteCount <= room {
            bytes.withUnsafeBytes { put($0) }
        } else {
            try appendAcrossSlots(bytes, usesReserve: reserve == 0)
        }
        endOffset = end
    }

    func overwrite(_ bytes: RawSpan, at offset: UInt64) throws(StoreError) {
        precondition(offset + UInt64(bytes.byteCount) <= endOffset, "overwrite behind the end")
        var start = offset
        let end = offset + UInt64(bytes.byteCount)
        while start < end {
            // A stretch ends where its slot does.
            let stop = min(end, (start / slotByteCount + 1) * slotByteCount)
            let piece = bytes.extracting(Int(start - offset)..<Int(stop - offset))
            if let resident = residents.first(where: {
                $0.offset <= start && start < $0.offset + slotByteCount
            }) {
                piece.withUnsafeBytes {
                    ring.memory.copy($0, into: resident.slot, at: Int(start - resident.offset))
                }
            } else {
                ring.patch(piece.withUnsafeBytes { Array($0) }, at: start, of: output)
            }
            start = stop
        }
    }

    /// The drain thread looks after this.
    func tick() throws(StoreError) {}

    func close() throws(StoreError) {
        handOver(residents.count - 1)
        if !residents.isEmpty { ring.handOver(residents, byteCount: filled, of: output) }
        residents = []
        ring.finish(output, byteCount: endOffset)
    }

    // MARK: Slots

    /// Puts bytes that fit into the last slot.
    @inline(__always)
    private func put(_ bytes: UnsafeRawBufferPointer) {
        let slot = residents[residents.count - 1].slot
        ring.memory.copy(bytes, into: slot, at: filled)
        filled += bytes.count
        ring.memory.publish(slot, filled: filled)
    }

    private func appendAcrossSlots(_ bytes: RawSpan, usesReserve: Bool) throws(StoreError) {
        let missing = bytes.byteCount - room
        let count = (missing + Int(slotByteCount) - 1) / Int(slotByteCount)
        guard count <= max(1, ring.memory.layout.slotCount / 4) else {
            return try appendPastRing(bytes)
        }
        if residents.count > ring.memory.layout.slotCount / 2 { handOver(residents.count - 1) }
        let first = endOffset + UInt64(room)
        let offsets = (0..<count).map { first + UInt64($0) * slotByteCount }
        let slots = try ring.claim(offsets, for: output, usesReserve: usesReserve)
        bytes.withUnsafeBytes { source in
            var rest = source[...]
            if room > 0 {
                put(UnsafeRawBufferPointer(rebasing: rest.prefix(room)))
                rest = source[(source.count - missing)...]
            }
            for (slot, offset) in zip(slots, offsets) {
                residents.append(Ring.Resident(slot: slot, offset: offset))
                filled = 0
                let piece = rest.prefix(Int(slotByteCount))
                put(UnsafeRawBufferPointer(rebasing: piece))
                rest = rest.dropFirst(piece.count)
            }
        }
    }

    /// Puts a run of bytes that would take too much of the ring into the file itself.
    private func appendPastRing(_ bytes: RawSpan) throws(StoreError) {
        handOver(residents.count - 1)
        try ring.waitUntilDrained(path: path)
        let memory = ring.memory
        if let last = residents.last {
            try output.file.write(memory.bytes(of: last.slot, 0..<filled).bytes, at: last.offset)
        }
        try output.file.write(bytes, at: endOffset)
        // The last slot goes on with the tail of what was written.
        let end = endOffset + UInt64(bytes.byteCount)
        let tailOffset = end / slotByteCount * slotByteCount
        if residents.isEmpty {
            let slot = try ring.claim([tailOffset], for: output, usesReserve: false)[0]
            residents = [Ring.Resident(slot: slot, offset: tailOffset)]
        } else {
            // Freed first: a kill in between must not leave the old bytes with the new offset.
            memory.release(residents[0].slot)
            memory.claim(residents[0].slot, file: output.number, offset: tailOffset)
            residents[0].offset = tailOffset
            ring.move(residents[0])
        }
        filled = 0
        bytes.withUnsafeBytes { source in
            put(UnsafeRawBufferPointer(rebasing: source.suffix(Int(end - tailOffset))))
        }
    }

    private func handOver(settledThrough settled: UInt64) {
        let count = residents.dropLast().prefix { $0.offset + slotByteCount <= settled }.count
        handOver(count)
    }

    /// Lets the first slots be emptied; all of them are full.
    private func handOver(_ count: Int) {
        guard count > 0 else { return }
        ring.handOver(
            Array(residents.prefix(count)),
            byteCount: Int(slotByteCount),
            of: output
        )
        residents.removeFirst(count)
    }
}
