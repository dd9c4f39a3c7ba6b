import CaptureFormat
import Vocabulary

/// A capture in memory: what a store does to a file, done to an array.
struct MemoryFile {
    var bytes: [UInt8] = []

    mutating func write(_ new: [UInt8], at offset: UInt64) {
        let end = Int(offset) + new.count
        if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
        bytes.replaceSubrange(Int(offset)..<end, with: new)
    }

    /// Writes what is pending, as one tick of a store.
    mutating func commit(_ encoder: inout CaptureEncoder) {
        guard encoder.hasPending else { return }
        let pending = encoder.withPending { span in span.withUnsafeBytes { Array($0) } }
        write(pending, at: encoder.endOffset)
        if let patch = encoder.committed() { write(patch.bytes, at: patch.offset) }
    }

    mutating func finish(_ encoder: inout CaptureEncoder) {
        let ending = encoder.finish()
        if let patch = ending.patch { write(patch.bytes, at: patch.offset) }
        write(ending.tail, at: encoder.endOffset)
    }

    mutating func apply(_ steps: SealPlan.Steps) {
        bytes.removeLast(bytes.count - Int(steps.byteCount))
        for patch in steps.patches { write(patch.bytes, at: patch.offset) }
        write(steps.tail, at: steps.byteCount)
    }
}
