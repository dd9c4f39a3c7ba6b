internal import CaptureFormat
internal import Reassembly
internal import Recording
internal import Vocabulary
internal import WebSocketWire

// What arrives, what is missing, and what a proxy sends on.
extension ConnectionWriter {
    func take(
        _ bytes: RawSpan,
        _ direction: Direction,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard !isOver else { return }
        if isSearching(direction) {
            update(direction) { $0.search?.append(bytes, at: time) }
            return lookForBoundary(direction, capture: &capture)
        }
        let start = recorder.received(direction)
        recorder.take(bytes, direction, at: time, capture: &capture)
        update(direction) { $0.lastTime = time }
        if hasTwoLegs { compareArrived(bytes, direction, from: start) }
    }

    /// Passes over bytes that are not in the file.
    func skip(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ direction: Direction,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        guard !isOver else { return }
        update(direction) { $0.comparison.giveUp() }
        tellGap(byteCount, reason, direction, at: time, capture: &capture)
        if isSearching(direction) {
            update(direction) { $0.search?.appendGap(byteCount: byteCount, reason, at: time) }
            return
        }
        pass(byteCount, direction)
    }

    /// What of these bytes the proxy has sent on by its other leg.
    func takeForwarded(_ bytes: RawSpan, _ direction: Direction) {
        update(direction) { $0.comparison.takeSent(bytes) }
    }

    /// The other leg is not whole in the file.
    func giveUpComparison(_ direction: Direction) {
        update(direction) { $0.comparison.giveUp() }
    }

    /// Where frames begin in a direction; `nil` while that is not known.
    func framesStart(_ direction: Direction) -> ByteOffset? {
        recorder.framesStart.map { direction == .clientToServer ? $0.client : $0.server }
    }

    func compareArrived(_ bytes: RawSpan, _ direction: Direction, from start: ByteOffset) {
        guard let frames = framesStart(direction) else {
            // Sent before the answer: it is compared as well, from the request's end on.
            guard direction == .clientToServer, let head = requestByteCount else { return }
            return compare(bytes, direction, from: start, frames: head)
        }
        compare(bytes, direction, from: start, frames: frames)
    }

    func compare(
        _ bytes: RawSpan,
        _ direction: Direction,
        from start: ByteOffset,
        frames: ByteOffset
    ) {
        let skipped = frames > start ? Int(clamping: frames - start) : 0
        guard skipped < bytes.byteCount else { return }
        update(direction) { $0.comparison.takeArrived(bytes.extracting(skipped...)) }
    }
}
