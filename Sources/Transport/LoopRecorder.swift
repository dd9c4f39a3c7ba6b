internal import CaptureFormat
internal import CaptureStore
internal import Logging
internal import NIOCore
internal import Vocabulary

/// The capture of one event loop, with its clock.
///
/// Confined to that loop.
final class LoopRecorder {
    private var recorder: CaptureRecorder
    private let clock: AnchoredClock
    private let logger: Logger
    private var wallOffset: Int64 = 0

    /// A wall clock that moved by less than this against the monotonic one is not worth a notice.
    private static let clockStepMin: Int64 = 100_000_000

    init(recorder: consuming CaptureRecorder, clock: AnchoredClock, logger: Logger) {
        self.recorder = recorder
        self.clock = clock
        self.logger = logger
    }

    var path: String { recorder.path }

    @inline(__always)
    func now() -> Instant { clock.now() }

    @inline(__always)
    func stage(_ body: (inout CaptureEncoder) -> Void) {
        recorder.stage(body)
    }

    /// Puts what was staged into the kernel.
    ///
    /// Traffic goes on when that fails, and the gap is recorded later.
    func commit() {
        switch recorder.commit(at: clock.now()) {
        case .good, .failing:
            break
        case .failed(let error):
            logger.error(
                "capture failed, traffic goes on unrecorded",
                metadata: ["reason": "\(error.sentence)", "capture": "\(path)"]
            )
        case .recovered(let gap):
            logger.warning(
                "capture goes on after a gap",
                metadata: [
                    "from": "\(gap.from)", "through": "\(gap.through)",
                    "missing_bytes": "\(gap.byteCount)",
                ]
            )
        }
    }

    /// Notes a step of the wall clock; called each second.
    func watchClock() {
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

    /// Writes what is staged, seals the file and closes it.
    func finish() throws(StoreError) {
        try recorder.finish(at: clock.now())
    }
}
