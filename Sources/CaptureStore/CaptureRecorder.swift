public import CaptureFormat
public import Vocabulary

/// Records into a file, one commit a tick.
///
/// Bytes may be forwarded once the ``commit(at:)`` after their record has returned. When the file cannot be
/// written, traffic is not held up: what is missing is counted, and a `Gap` record says so as soon as the
/// file can be written again.
public struct CaptureRecorder: ~Copyable {
    /// What a commit did to the file's health.
    public enum Health: Equatable, Sendable {
        /// The pending records are in the file.
        case good
        /// The file could not be written; the gap began with this commit.
        case failed(StoreError)
        /// The file still cannot be written.
        case failing
        /// The file can be written again; this was missed.
        case recovered(GapRecord)
    }

    private struct OpenGap {
        var from: Instant
        var byteCount: UInt64
        var reason: String
    }

    private let medium: any CaptureMedium
    private var encoder: CaptureEncoder
    private var gap: OpenGap?
    /// A chunk's head that could not be written yet.
    private var owedPatch: CaptureEncoder.Patch?
    private var lastAttempt = Instant.epoch

    /// How long to wait before a file that could not be written is tried again.
    static let retryInterval = Duration.milliseconds(250)

    /// Begins a file on `medium`.
    public init(medium: any CaptureMedium, run: RunDescription) {
        self.medium = medium
        encoder = CaptureEncoder(run: run)
    }

    /// The file's path.
    public var path: String { medium.path }

    /// Lends the encoder, to stage records.
    @inline(__always)
    public mutating func stage<Result>(_ body: (inout CaptureEncoder) -> Result) -> Result {
        body(&encoder)
    }

    /// Puts everything staged into the kernel.
    public mutating func commit(at now: Instant) -> Health {
        guard encoder.hasPending else { return .good }
        if gap != nil, now.since(lastAttempt) < Self.retryInterval { return miss(at: now) }
        lastAttempt = now
        let closed = gap.map {
            GapRecord(from: $0.from, through: now, byteCount: $0.byteCount, reason: $0.reason)
        }
        // The records of this tick are staged already; readers go by the gap's own times.
        if let closed { encoder.append(.gap(closed), arrival: now) }
        do throws(StoreError) {
            if let owedPatch { try write(owedPatch) }
            owedPatch = nil
            try encoder.withPending { bytes throws(StoreError) in
                try medium.write(bytes, at: encoder.endOffset)
            }
            owedPatch = encoder.committed()
            if let owedPatch { try write(owedPatch) }
            owedPatch = nil
        } catch {
            return fail(error, at: now)
        }
        gap = nil
        return closed.map(Health.recovered) ?? .good
    }

    /// Writes what is staged, seals the file and closes it.
    public mutating func finish(at now: Instant) throws(StoreError) {
        lastAttempt = .epoch
        let health = commit(at: now)
        if case .failed(let error) = health { throw error }
        let ending = encoder.finish()
        if let owedPatch { try write(owedPatch) }
        if let patch = ending.patch { try write(patch) }
        try medium.write(ending.tail.span.bytes, at: encoder.endOffset)
        try medium.close()
    }

    private func write(_ patch: CaptureEncoder.Patch) throws(StoreError) {
        try medium.write(patch.bytes.span.bytes, at: patch.offset)
    }

    private mutating func fail(_ error: StoreError, at now: Instant) -> Health {
        let isFirst = gap == nil
        _ = miss(at: now)
        gap?.reason = error.sentence
        do throws(StoreError) {
            // A half-written tail goes away, so that the file ends with a whole record.
            try medium.truncate(to: encoder.endOffset)
        } catch {
            gap?.reason = error.sentence
        }
        return isFirst ? .failed(error) : .failing
    }

    private mutating func miss(at now: Instant) -> Health {
        let missed = encoder.withPending { UInt64($0.byteCount) }
        let since = encoder.pendingSince
        encoder.discardPending()
        if gap == nil { gap = OpenGap(from: min(now, since), byteCount: 0, reason: "") }
        gap?.byteCount += missed
        return .failing
    }
}
