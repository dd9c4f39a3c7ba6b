internal import CaptureFormat
internal import CaptureStore
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Telemetry
internal import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// The recording of one event loop, with its clock: what happens when a file is full, old, or cannot be
/// written.
///
/// Confined to that loop.
final class LoopRecorder {
    private let volume: CaptureVolume
    private var recorder: CaptureRecorder
    private let names: CaptureNames
    private let configuration: RecordingConfiguration
    private let clock: AnchoredClock
    private let stop: StopFlag
    private let hold: HoldFlag
    private let loop: Int
    private let logger: Logger
    private var wallOffset: Int64 = 0
    private var tally = RecordingTally()
    private var nextStatus: Instant
    private var fileBegun: Instant
    /// The latest files that have their end.
    private var sealed: [CaptureSnapshot] = []
    /// Why the last attempt to write failed; `nil` once one has succeeded.
    private var failure: StoreError?
    private var nextSweep: Instant
    private var nextRotationComplaint = Instant.epoch
    private var nextSyncComplaint = Instant.epoch

    /// Stages every open connection, for a file that begins now.
    var onFreshFile: () -> Void = {}
    /// Ends every connection: their bytes cannot be recorded and must not be forwarded.
    var onRefusal: () -> Void = {}
    /// Nothing may be forwarded, because nothing is recorded.
    private(set) var isRefusing = false

    /// A wall clock that moved by less than this against the monotonic one is not worth a notice.
    private static let clockStepMin: Int64 = 100_000_000
    /// How often a blocked recording is tried again, in microseconds.
    private static let blockedRetryMicroseconds: UInt32 = 100_000
    private static let sweepInterval = Duration.seconds(60)
    private static let complaintInterval = Duration.seconds(60)
    /// How many finished files are told of.
    private static let sealedCountMax = 32

    init(
        volume: CaptureVolume,
        names: CaptureNames,
        run: RunDescription,
        configuration: RecordingConfiguration,
        clock: AnchoredClock,
        stop: StopFlag,
        hold: HoldFlag,
        loop: Int,
        logger: Logger
    ) throws(StoreError) {
        self.clock = clock
        self.volume = volume
        self.names = names
        self.configuration = configuration
        self.stop = stop
        self.hold = hold
        self.loop = loop
        self.logger = logger
        let now = clock.now()
        fileBegun = now
        nextStatus = now.advanced(by: configuration.statusInterval)
        nextSweep = now
        recorder = try CaptureRecorder(
            media: volume,
            names: names,
            run: run,
            rotation: configuration.rotation,
            now: now
        )
    }

    var path: String { recorder.path }

    @inline(__always)
    func now() -> Instant { clock.now() }

    @inline(__always)
    func stage(_ body: (inout CaptureEncoder) -> Void) {
        recorder.stage(body)
    }

    // MARK: Committing

    /// Puts what was staged into the kernel.
    ///
    /// - Returns: Whether what was read may be forwarded.
    @inline(__always)
    func commit() -> Bool {
        let now = clock.now()
        do throws(StoreError) {
            if let gap = try recorder.commit(at: now) { try goOn(after: gap) }
            if recorder.isRotationDue(at: now) { try rotate(at: now) }
            return true
        } catch {
            return fail(error)
        }
    }

    private func fail(_ error: StoreError) -> Bool {
        tally.errorCount += 1
        failure = error
        switch configuration.onFailure {
        case .pass:
            if recorder.skip(error, at: clock.now()) {
                complain("capture failed, traffic goes on unrecorded", error)
            }
            return true
        case .stop:
            let isFirst = recorder.skip(error, at: clock.now())
            guard isFirst || !isRefusing else { return false }
            isRefusing = true
            complain("capture failed, connections end and new ones are refused", error)
            onRefusal()
            return false
        case .block:
            return waitUntilRecorded(error)
        }
    }

    /// Holds the whole loop: what is not read waits in the kernel, and its senders with it.
    private func waitUntilRecorded(_ error: StoreError) -> Bool {
        complain("capture failed, traffic is held until it works again", error)
        let start = clock.now()
        var latest = error
        hold.isHeld = true
        defer { hold.isHeld = false }
        while !stop.isRaised {
            usleep(Self.blockedRetryMicroseconds)
            do throws(StoreError) {
                _ = try recorder.commit(at: clock.now())
                let held = clock.now().since(start)
                tally.held += held
                failure = nil
                logger.warning(
                    "capture goes on, nothing was missed",
                    metadata: ["held_ms": "\(held.inNanoseconds / 1_000_000)"]
                )
                return true
            } catch {
                latest = error
                failure = error
                tally.errorCount += 1
            }
        }
        // The proxy stops: what cannot be recorded any more is a gap, as with `pass`.
        recorder.skip(latest, at: clock.now())
        return true
    }

    private func complain(_ message: Logger.Message, _ error: StoreError) {
        logger.error(message, metadata: ["reason": "\(error.sentence)", "capture": "\(path)"])
    }

    private func goOn(after gap: GapRecord) throws(StoreError) {
        isRefusing = false
        failure = nil
        tally.gapCount += 1
        tally.missedFrameCount += gap.frameCount
        logger.warning(
            "capture goes on after a gap",
            metadata: [
                "from": "\(gap.from)", "through": "\(gap.through)",
                "missing_bytes": "\(gap.byteCount)", "missing_frames": "\(gap.frameCount)",
            ]
        )
        onFreshFile()
        _ = try recorder.commit(at: clock.now())
    }

    // MARK: Files

    private func rotate(at now: Instant) throws(StoreError) {
        let byteCount = recorder.byteCount
        let ordinal = recorder.ordinal
        let begun = fileBegun
        let old = recorder.path
        do throws(StoreError) {
            let sealed = try recorder.rotate(at: now)
            tally.bytes += byteCount
            tally.fileCount += 1
            logger.info(
                "capture rotated",
                metadata: ["sealed": "\(sealed)", "bytes": "\(byteCount)", "capture": "\(path)"]
            )
        } catch {
            if now >= nextRotationComplaint {
                nextRotationComplaint = now.advanced(by: Self.complaintInterval)
                complain("capture could not be rotated", error)
            }
            tally.errorCount += 1
            // Either there is no new file, or only the end of the old one is missing.
            guard recorder.ordinal != ordinal else {
                rotationFailure = error
                return
            }
        }
        fileBegun = now
        sealed.append(
            CaptureSnapshot(
                path: old,
                byteCount: byteCount,
                ordinal: ordinal,
                loop: loop,
                started: begun,
                state: .sealed
            )
        )
        if sealed.count > Self.sealedCountMax { sealed.removeFirst() }
        noteConfiguration("recording goes on")
        onFreshFile()
        _ = try recorder.commit(at: clock.now())
        sweep()
    }

    /// Why the last rotation failed; `nil` when it did not.
    private var rotationFailure: StoreError?

    /// Ends the file now, and goes on in a new one.
    ///
    /// - Throws: ``StoreError`` when what passes cannot be recorded, or when there is no new file.
    /// - Returns: The finished file.
    func rotateNow() throws(StoreError) -> CaptureSnapshot? {
        _ = commit()
        if recorder.isInGap, let failure { throw failure }
        rotationFailure = nil
        try rotate(at: clock.now())
        if let rotationFailure { throw rotationFailure }
        return sealed.last
    }

    /// What the notice at the head of each file says.
    var settings: [HeaderField] = []

    /// Stages the effective configuration.
    func noteConfiguration(_ text: String) {
        let notice = NoticeRecord(topic: "configuration", text: text, values: settings)
        stage { $0.append(.notice(notice), arrival: now()) }
    }

    /// Removes what retention lets go, on another thread.
    private func sweep() {
        guard configuration.retention.isActive else { return }
        nextSweep = clock.now().advanced(by: Self.sweepInterval)
        let space = configuration.rotation.spaceByteCount(
            ofKept: configuration.retention.byteCount
        )
        let reserve = max(space ?? 0, recorder.byteCount)
        let janitor = CaptureJanitor(names: names, policy: configuration.retention)
        let (current, logger) = (path, logger)
        NIOThreadPool.singleton.submit { _ in
            Self.sweep(janitor, current: current, reserve: reserve, logger: logger)
        }
    }

    private static func sweep(
        _ janitor: CaptureJanitor,
        current: String,
        reserve: UInt64,
        logger: Logger
    ) {
        let sweep = janitor.sweep(current: current, reserve: reserve, now: AnchoredClock.wall())
        for file in sweep.removed {
            logger.info(
                "capture removed by --keep",
                metadata: ["capture": "\(file.path)", "bytes": "\(file.byteCount)"]
            )
        }
        for reason in sweep.failed {
            logger.warning("capture not removed", metadata: ["reason": "\(reason)"])
        }
    }

    // MARK: Each second

    /// Looks after what time brings: clock steps, old files, slow disks.
    func tick() {
        watchClock()
        tally.waited += volume.takeWaited()
        let now = clock.now()
        sync(at: now)
        if now >= nextSweep { sweep() }
        guard configuration.statusInterval > .zero, now >= nextStatus else { return }
        nextStatus = now.advanced(by: configuration.statusInterval)
        tally.report(recorded: tally.bytes + recorder.byteCount, capture: path, to: logger)
    }

    private func sync(at now: Instant) {
        do throws(StoreError) {
            try recorder.tick()
        } catch {
            guard now >= nextSyncComplaint else { return }
            nextSyncComplaint = now.advanced(by: Self.complaintInterval)
            complain("the disk does not take what --sync has promised", error)
        }
    }

    /// Notes a step of the wall clock.
    private func watchClock() {
        let offset = AnchoredClock.wall().since(clock.now()).inNanoseconds
        guard abs(offset - wallOffset) >= Self.clockStepMin else { return }
        let notice = NoticeRecord(
            topic: "clock",
            text: "the wall clock was stepped; times in this capture go on evenly",
            values: [HeaderField(name: "step_ns", value: String(offset - wallOffset))]
        )
        wallOffset = offset
        stage { $0.append(.notice(notice), arrival: now()) }
    }

    // MARK: As it stands

    /// The files, the one that is being written last.
    var files: [CaptureSnapshot] {
        let current = CaptureSnapshot(
            path: path,
            byteCount: recorder.byteCount,
            ordinal: recorder.ordinal,
            loop: loop,
            started: fileBegun,
            state: isFailing ? .failing : .recording
        )
        return sealed + [current]
    }

    private var isFailing: Bool { recorder.isInGap || isRefusing || hold.isHeld }

    /// Why nothing can be recorded; `nil` while it can.
    var problem: String? {
        guard isFailing else { return nil }
        return failure?.sentence ?? "The capture cannot be written."
    }

    /// Whether connections suffer from a capture that cannot be written.
    var isProblemBinding: Bool { isFailing && configuration.onFailure != .pass }

    /// Adds what has been recorded and missed.
    func count(into tally: inout ProxyTally) {
        tally.captureErrorCount += self.tally.errorCount
        tally.gapCount += UInt64(self.tally.gapCount)
        tally.missedFrameCount += self.tally.missedFrameCount
        tally.capturedByteCount += self.tally.bytes + recorder.byteCount
    }

    /// Writes what is staged, seals the file and closes it.
    func finish() throws(StoreError) {
        var failure: StoreError?
        do throws(StoreError) {
            try recorder.finish(at: clock.now())
        } catch {
            failure = error
        }
        try volume.shutDown()
        // Files that were still being emptied when the last sweep came by are finished now.
        if configuration.retention.isActive {
            Self.sweep(
                CaptureJanitor(names: names, policy: configuration.retention),
                current: path,
                reserve: recorder.byteCount,
                logger: logger
            )
        }
        if let failure { throw failure }
    }
}
