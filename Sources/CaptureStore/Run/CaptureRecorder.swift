public import CaptureFormat
public import Vocabulary

/// Records a run into its files, one commit a tick.
///
/// Bytes may be forwarded once the ``commit(at:)`` after their record has returned. When it throws, the
/// records are still staged: try again, or ``skip(_:at:)`` them, which opens a gap that the capture tells
/// of.
///
/// Confined to one event loop.
public struct CaptureRecorder: ~Copyable {
    /// What was missed since recording stopped.
    private struct OpenGap {
        var from: Instant
        var error: StoreError
        var missed = MissedRecords()
        /// The record that says the gap has begun is in the file.
        var isAnnounced = false
    }

    private let media: any CaptureMediumSource
    private let names: CaptureNames
    private let rotation: RotationPolicy
    private var run: RunDescription
    private var medium: any CaptureMedium
    private var encoder: CaptureEncoder
    private var gap: OpenGap?
    /// A chunk's head that could not be written yet.
    private var owedPatch: CaptureEncoder.Patch?
    private var lastAttempt = Instant.epoch
    private var fileBegun: Instant
    private var retryRotationAt = Instant.epoch

    /// How long to wait before a file that could not be written is tried again.
    static let retryInterval = Duration.milliseconds(250)
    /// Room for the records that open and close a gap.
    private static let gapByteCount: UInt64 = 128 << 10
    /// A gap is not closed for less room than this, so that it does not open again at once.
    private static let recoveryByteCount: UInt64 = 1 << 20

    /// Begins the run's first file.
    ///
    /// - Throws: ``StoreError``, when it cannot be created.
    public init(
        media: any CaptureMediumSource,
        names: CaptureNames,
        run: RunDescription,
        rotation: RotationPolicy = RotationPolicy(),
        now: Instant
    ) throws(StoreError) {
        self.media = media
        self.names = names
        self.rotation = rotation
        self.run = run
        fileBegun = now
        medium = try media.create(names.path(ordinal: run.ordinal))
        encoder = CaptureEncoder(run: run)
    }

    /// The path of the file that is being written.
    public var path: String { medium.path }
    /// Its number within the run, from 1.
    public var ordinal: UInt64 { run.ordinal }
    /// How many bytes it has.
    public var byteCount: UInt64 { encoder.endOffset }
    /// Whether something is being missed.
    public var isInGap: Bool { gap != nil }

    /// Lends the encoder, to stage records.
    @inline(__always)
    public mutating func stage<Result>(_ body: (inout CaptureEncoder) -> Result) -> Result {
        body(&encoder)
    }

    // MARK: Committing

    /// Puts everything staged into the kernel.
    ///
    /// - Returns: The gap that ended with this commit, when one did: what was staged last belongs to it,
    ///   and connections that are open should be told of anew.
    /// - Throws: ``StoreError``; what was staged is staged still.
    @inline(__always)
    public mutating func commit(at now: Instant) throws(StoreError) -> GapRecord? {
        if gap != nil { return try closeGap(at: now) }
        guard encoder.hasPending else { return nil }
        try write(keepingFree: Self.gapByteCount)
        return nil
    }

    private mutating func write(keepingFree reserve: UInt64) throws(StoreError) {
        if let owedPatch { try apply(owedPatch) }
        let free = reserve == 0 ? 0 : reserve + encoder.endingByteCountMax
        try encoder.withPending { bytes throws(StoreError) in
            try medium.append(
                bytes,
                settledThrough: encoder.settledOffset,
                keepingFree: free
            )
        }
        owedPatch = encoder.committed()
        guard let patch = owedPatch else { return }
        do throws(StoreError) {
            try apply(patch)
        } catch {
            // The records are there; the head is written before the next ones, or by sealing.
            return
        }
    }

    private mutating func apply(_ patch: CaptureEncoder.Patch) throws(StoreError) {
        try medium.overwrite(patch.bytes.span.bytes, at: patch.offset)
        owedPatch = nil
    }

    /// Does what `--sync interval` has promised; call it about once a second.
    ///
    /// - Throws: ``StoreError``, when the disk does not take what the kernel has.
    public mutating func tick() throws(StoreError) {
        try medium.tick()
    }

    // MARK: Gaps

    /// Gives up on what is staged: it will not be in the capture, and the capture will say so.
    ///
    /// - Parameters:
    ///   - error: Why ``commit(at:)`` failed.
    ///   - now: The time.
    /// - Returns: Whether the gap began with this.
    @discardableResult
    public mutating func skip(_ error: StoreError, at now: Instant) -> Bool {
        let since = encoder.hasPending ? min(now, encoder.pendingSince) : now
        var opened = gap ?? OpenGap(from: since, error: error)
        let isFirst = gap == nil
        encoder.discardPending(into: &opened.missed)
        opened.error = error
        gap = opened
        if isFirst { lastAttempt = now }
        announceGap(at: now)
        return isFirst
    }

    /// Says in the file that recording has stopped: whoever reads it after a kill must know.
    private mutating func announceGap(at now: Instant) {
        guard let open = gap, !open.isAnnounced else { return }
        let record = GapRecord(
            from: open.from,
            through: open.from,
            isOpen: true,
            reason: open.error.sentence
        )
        encoder.append(.gap(record), arrival: now)
        do throws(StoreError) {
            try write(keepingFree: 0)
            gap?.isAnnounced = true
        } catch {
            encoder.discardPending()
        }
    }

    private mutating func closeGap(at now: Instant) throws(StoreError) -> GapRecord? {
        guard var open = gap else { return nil }
        guard now.since(lastAttempt) >= Self.retryInterval else { throw open.error }
        lastAttempt = now
        encoder.discardPending(into: &open.missed)
        gap = open
        let record = Self.record(of: open, through: now)
        encoder.append(.gap(record), arrival: now)
        do throws(StoreError) {
            try write(keepingFree: Self.gapByteCount + Self.recoveryByteCount)
        } catch {
            encoder.discardPending()
            throw error
        }
        gap = nil
        return record
    }

    private static func record(of gap: OpenGap, through now: Instant) -> GapRecord {
        GapRecord(
            from: gap.from,
            through: now,
            byteCount: gap.missed.byteCount,
            frameCount: gap.missed.frameCount,
            reason: gap.error.sentence,
            runs: gap.missed.runs
        )
    }

    // MARK: Files

    /// Whether the file should be followed by a new one.
    @inline(__always)
    public func isRotationDue(at now: Instant) -> Bool {
        gap == nil && now >= retryRotationAt
            && rotation.isDue(byteCount: encoder.endOffset, begun: fileBegun, now: now)
    }

    /// Seals the file and goes on in a new one; nothing may be staged.
    ///
    /// The new file wants to be told of the connections that are open.
    ///
    /// - Returns: The sealed file's path.
    /// - Throws: ``StoreError``, when no new file can be had; recording goes on in the old one.
    public mutating func rotate(at now: Instant) throws(StoreError) -> String {
        precondition(!encoder.hasPending, "rotation with records staged")
        retryRotationAt = now.advanced(by: .seconds(1))
        var next = run
        next.ordinal += 1
        let sealed = medium.path
        let created = try media.create(names.path(ordinal: next.ordinal))
        let old = medium
        var ending = CaptureEncoder(run: next, after: encoder.lastRecordTime)
        swap(&ending, &encoder)
        medium = created
        run = next
        fileBegun = now
        retryRotationAt = .epoch
        let patch = owedPatch
        owedPatch = nil
        try Self.seal(&ending, into: old, owed: patch)
        return sealed
    }

    /// Writes what is staged, seals the file and closes it.
    ///
    /// - Throws: ``StoreError``, when something is not in the file; it says so as far as it can be written.
    public mutating func finish(at now: Instant) throws(StoreError) {
        var failure: StoreError?
        lastAttempt = .epoch
        do throws(StoreError) {
            _ = try commit(at: now)
        } catch {
            failure = error
            skip(error, at: now)
            if let open = gap {
                encoder.append(.gap(Self.record(of: open, through: now)), arrival: now)
                closeLastGap()
            }
        }
        try Self.seal(&encoder, into: medium, owed: owedPatch)
        if let failure { throw failure }
    }

    /// Writes the record that ends the last gap; without it, the one that began it stands.
    private mutating func closeLastGap() {
        do throws(StoreError) {
            try write(keepingFree: 0)
        } catch {
            encoder.discardPending()
        }
    }

    private static func seal(
        _ encoder: inout CaptureEncoder,
        into medium: any CaptureMedium,
        owed: CaptureEncoder.Patch?
    ) throws(StoreError) {
        let endOffset = encoder.endOffset
        let ending = encoder.finish()
        do throws(StoreError) {
            for patch in [owed, ending.patch] {
                guard let patch else { continue }
                try medium.overwrite(patch.bytes.span.bytes, at: patch.offset)
            }
            try medium.append(
                ending.tail.span.bytes,
                settledThrough: endOffset,
                keepingFree: 0
            )
        } catch {
            try medium.close()
            throw error
        }
        try medium.close()
    }
}
