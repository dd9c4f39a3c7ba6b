internal import CaptureFormat
private import Dispatch
private import Synchronization

/// Hands batches of records from the thread that reads packets to the one that looks at records.
///
/// It holds ``batchCountMax`` batches: whoever is faster waits for the other.
final class RecordPipe: Sendable {
    /// Records with where the reading had come when they were handed over.
    struct Batch: Sendable {
        var records: StagedBatch
        /// Bytes of the packet file that had been read.
        var offset: UInt64
    }

    private struct State {
        var batches: [Batch] = []
        var isClosed = false
        var isAbandoned = false
    }

    /// Batches that wait at a time.
    static let batchCountMax = 4

    private let state = Mutex(State())
    // A semaphore must not be given up below the value that it began with, so both begin with nothing.
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    /// Creates a pipe with room for ``batchCountMax`` batches.
    init() {
        for _ in 0..<Self.batchCountMax { free.signal() }
    }

    /// Waits for room and puts a batch in.
    ///
    /// - Returns: Whether anybody still wants batches.
    func put(_ batch: Batch) -> Bool {
        free.wait()
        let isWanted = state.withLock { state in
            if !state.isAbandoned { state.batches.append(batch) }
            return !state.isAbandoned
        }
        filled.signal()
        return isWanted
    }

    /// Says that no more batches come.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }

    /// Waits for the next batch; `nil` behind the last.
    func take() -> Batch? {
        filled.wait()
        let batch = state.withLock { state in
            state.batches.isEmpty ? nil : state.batches.removeFirst()
        }
        if batch != nil { free.signal() }
        return batch
    }

    /// Says that no batch is wanted any more; whoever puts one in learns it.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        free.signal()
    }
}
