public import CaptureFormat
internal import Recording
public import Vocabulary

// What a file that begins in the middle of a connection must know of it.
extension Relay {
    /// Stages the connection as it stands, for a new file or after a gap; nothing before it was accepted or
    /// after it has ended.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - capture: Where the record is staged.
    public func resume(at now: Instant, capture: inout CaptureEncoder) {
        guard phase != .ended, isIntroduced, let openedDownstream else { return }
        let record = recorder.resumed(
            downstream: openedDownstream,
            upstream: openedUpstream,
            progress: lastProgress
        )
        capture.append(.resumed(record), arrival: now)
        for record in securities { capture.append(.secured(record), arrival: now) }
    }
}
