private import CKernel
private import SystemPackage

#if canImport(Glibc)
private import Glibc
#endif

/// Slots of memory that survive `kill -9`, and the thread that empties them into capture files.
///
/// ```
///  event loop                        ring file (mapped)                   drain thread
///  append ──copy──▶ slot ▓▓▓▓░░  ──full──▶  job queue  ──O_DIRECT──▶ capture file, slot free again
/// ```
///
/// The slot that was freed last is used next, so that a disk that keeps up keeps the ring in the
/// processor's cache.
///
/// Safety: everything mutable is touched with ``condition`` held, or by the drain thread alone.
final class Ring: @unchecked Sendable {
    private enum Job {
        case drain(slot: Int, offset: UInt64, byteCount: Int, RingOutput)
        case patch([UInt8], offset: UInt64, RingOutput)
        case finish(RingOutput, byteCount: UInt64)

        var output: RingOutput {
            switch self {
            case .drain(_, _, _, let output), .patch(_, _, let output), .finish(let output, _):
                output
            }
        }
    }

    /// A slot that is still being filled, or that may still be overwritten.
    struct Resident {
        var slot: Int
        var offset: UInt64
    }

    let memory: RingMemory
    private let condition = Condition()
    private var free: [Int]
    private var jobs: [Job] = []
    private var isWorking = false
    private var residents: [Resident] = []
    private var current: RingOutput?
    private var lastFile: UInt64 = 0
    private var entriesInUse: Set<Int> = []
    /// Why the file that is being drained cannot be written; `nil` when it can.
    private var failure: StoreError?
    private var isStopping = false
    private var hasStopped = false
    private var hasAbandoned = false
    private var waited = Duration.zero
    /// A slot was emptied since the last look at what stays behind: the drain thread alone knows.
    private var hasDrained = false

    /// Appends that open a gap find this many slots free.
    private static let reservedSlotCount = 1
    private static let retryInterval = Duration.milliseconds(250)
    private static let trickleInterval = Duration.seconds(1)
    /// A disk that takes nothing for so long counts as failed.
    static let stallLimit = Duration.seconds(5)
    /// Relaying comes before emptying, as long as there is room.
    private static let niceness: CInt = 5
    private static let abandonAfter = Duration.seconds(3)

    init(memory: RingMemory) {
        self.memory = memory
        free = Array((0..<memory.layout.slotCount).reversed())
    }

    // MARK: For the thread that fills

    /// Enters a file that slots will belong to; waits when too many are still being emptied.
    func enter(_ file: FileWriter, sync: StoreOptions.Sync) throws(StoreError) -> RingOutput {
        let inode = try file.inode()
        let entry: Int? = waitLocked(for: Self.stallLimit) {
            (0..<RingLayout.fileCount).first { !self.entriesInUse.contains($0) }
        }
        guard let entry else { throw problem(path: file.path) }
        let name = CaptureFolder.name(of: file.path)
        return condition.withLock {
            lastFile += 1
            entriesInUse.insert(entry)
            memory.enter(lastFile, inode: inode, name: name, at: entry)
            let output = RingOutput(file, number: lastFile, entry: entry, sync: sync)
            current = output
            residents = []
            return output
        }
    }

    /// Takes free slots, oldest stretch first.
    ///
    /// - Parameters:
    ///   - offsets: Where in the file each of them will stand.
    ///   - output: The file.
    ///   - usesReserve: Whether the last free slots may be taken.
    /// - Returns: Their numbers, in the order of the offsets.
    /// - Throws: ``StoreError/stalled(path:)`` or why the disk takes nothing.
    func claim(
        _ offsets: [UInt64],
        for output: RingOutput,
        usesReserve: Bool
    ) throws(StoreError) -> [Int] {
        let kept = usesReserve ? 0 : Self.reservedSlotCount
        let slots: [Int]? = waitLocked(for: Self.stallLimit) {
            guard self.free.count >= offsets.count + kept else { return nil }
            return offsets.map { _ in self.free.removeLast() }
        }
        guard let slots else { throw problem(path: output.path) }
        for (slot, offset) in zip(slots, offsets) {
            memory.claim(slot, file: output.number, offset: offset)
        }
        condition.withLock {
            residents += zip(slots, offsets).map { Resident(slot: $0.0, offset: $0.1) }
        }
        return slots
    }

    /// Notes that a resident slot now stands elsewhere in its file.
    func move(_ resident: Resident) {
        condition.withLock {
            residents = residents.map { $0.slot == resident.slot ? resident : $0 }
        }
    }

    /// Lets slots be emptied.
    func handOver(_ slots: [Resident], byteCount: Int, of output: RingOutput) {
        guard !slots.isEmpty else { return }
        condition.withLock {
            for resident in slots {
                jobs.append(
                    .drain(
                        slot: resident.slot,
                        offset: resident.offset,
                        byteCount: byteCount,
                        output
                    )
                )
                residents.removeAll { $0.slot == resident.slot }
            }
            condition.signal()
        }
    }

    /// Overwrites bytes that have left the ring, once they have.
    func patch(_ bytes: [UInt8], at offset: UInt64, of output: RingOutput) {
        condition.withLock {
            jobs.append(.patch(bytes, offset: offset, output))
            condition.signal()
        }
    }

    /// Ends a file behind everything that was handed over.
    func finish(_ output: RingOutput, byteCount: UInt64) {
        condition.withLock {
            jobs.append(.finish(output, byteCount: byteCount))
            if current === output {
                current = nil
                residents = []
            }
            condition.signal()
        }
    }

    /// Waits until everything that was handed over is in its file.
    func waitUntilDrained(path: String) throws(StoreError) {
        let isDrained: Void? = waitLocked(for: Self.stallLimit) {
            self.jobs.isEmpty && !self.isWorking ? () : nil
        }
        guard isDrained != nil else { throw problem(path: path) }
    }

    /// How long filling has waited for emptying since this was last asked.
    func takeWaited() -> Duration {
        condition.withLock {
            defer { waited = .zero }
            return waited
        }
    }

    /// Waits with the lock until `body` has an answer, the drain has failed, or nothing was drained for
    /// `limit`.
    private func waitLocked<Answer>(
        for limit: Duration,
        _ body: () -> Answer?
    ) -> Answer? {
        condition.withLock {
            if let answer = body() { return answer }
            let clock = ContinuousClock()
            let start = clock.now
            defer { waited += clock.now - start }
            var progress = (jobs.count, clock.now)
            while failure == nil, !hasStopped {
                condition.wait(Self.retryInterval)
                if let answer = body() { return answer }
                if jobs.count < progress.0 || jobs.isEmpty { progress = (jobs.count, clock.now) }
                if clock.now - progress.1 > limit { return nil }
            }
            return nil
        }
    }

    private func problem(path: String) -> StoreError {
        condition.withLock { failure ?? .stalled(path: path) }
    }

    // MARK: The drain thread

    /// Starts the drain thread.
    func start() throws(StoreError) {
        var thread = pthread_t()
        let retained = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let ring = Unmanaged<Ring>.fromOpaque(context).takeRetainedValue()
                wscap_describe_thread("wscap-drain", Ring.niceness)
                ring.work()
                return nil
            },
            retained.toOpaque()
        )
        guard code == 0 else {
            retained.release()
            throw .writeFailed(path: memory.path, .resourceTemporarilyUnavailable)
        }
        pthread_detach(thread)
    }

    /// Empties the ring, ends the thread and removes the ring's file.
    ///
    /// - Throws: Why a file could not be written; what is missing in it stays in the ring, which is kept
    ///   for `wsreplay seal` and for the next start.
    func shutDown() throws(StoreError) {
        condition.withLock {
            isStopping = true
            condition.signal()
            while !hasStopped { condition.wait(nil) }
        }
        guard !hasAbandoned else { throw problem(path: memory.path) }
        memory.remove()
    }

    private func work() {
        let clock = ContinuousClock()
        var nextTrickle = clock.now + Self.trickleInterval
        while true {
            let (job, isOver) = condition.withLock { () -> (Job?, Bool) in
                while jobs.isEmpty, !isStopping, clock.now < nextTrickle {
                    condition.wait(nextTrickle - clock.now)
                }
                isWorking = !jobs.isEmpty
                return (jobs.isEmpty ? nil : jobs.removeFirst(), jobs.isEmpty && isStopping)
            }
            if let job {
                perform(job)
                condition.withLock {
                    isWorking = false
                    condition.signal()
                }
            } else if isOver {
                break
            }
            if clock.now >= nextTrickle {
                trickle()
                nextTrickle = clock.now + Self.trickleInterval
            }
        }
        condition.withLock {
            hasStopped = true
            condition.signal()
        }
    }

    private func perform(_ job: Job) {
        let clock = ContinuousClock()
        let start = clock.now
        while !job.output.isAbandoned {
            do throws(StoreError) {
                try attempt(job)
                condition.withLock { failure = nil }
                return
            } catch {
                let isStopping = condition.withLock { () -> Bool in
                    failure = error
                    condition.signal()
                    condition.wait(Self.retryInterval)
                    return self.isStopping
                }
                if isStopping, clock.now - start > Self.abandonAfter {
                    job.output.isAbandoned = true
                    condition.withLock { hasAbandoned = true }
                }
            }
        }
    }

    private func attempt(_ job: Job) throws(StoreError) {
        switch job {
        case .drain(let slot, let offset, let byteCount, let output):
            try output.write(memory.bytes(of: slot, 0..<byteCount), at: offset)
            memory.release(slot)
            hasDrained = true
            condition.withLock {
                free.append(slot)
                condition.signal()
            }
        case .patch(let bytes, let offset, let output):
            try output.file.write(bytes.span.bytes, at: offset)
        case .finish(let output, let byteCount):
            try output.finish(at: byteCount)
            memory.leave(output.entry)
            condition.withLock {
                _ = entriesInUse.remove(output.entry)
                condition.signal()
            }
        }
    }

    /// Shows in the file what slots hold that are not full yet.
    ///
    /// Where slots are emptied every second anyway, the file is not far behind, and is not written twice.
    private func trickle() {
        let (output, residents, failure) = condition.withLock {
            (current, self.residents, self.failure)
        }
        let isBusy = hasDrained
        hasDrained = false
        guard let output, failure == nil, !isBusy || output.syncs else { return }
        for resident in residents {
            let filled = memory.filled(resident.slot)
            do throws(StoreError) {
                try output.trickle(
                    memory.bytes(of: resident.slot, 0..<filled),
                    at: resident.offset
                )
            } catch {
                // The drain of the same slot meets the same error, and reports it.
                return
            }
        }
    }
}
