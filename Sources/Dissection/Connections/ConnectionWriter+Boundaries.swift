internal import CaptureFormat
internal import Reassembly
internal import Recording
internal import Vocabulary
internal import WebSocketWire

// How frames go on behind bytes that are missing.
extension ConnectionWriter {
    func expectation(_ direction: Direction) -> FrameEvidence.Expectation {
        FrameEvidence.Expectation(
            isMasked: direction == .clientToServer,
            mayBeCompressed: recorder.agreement.map { $0.deflate != nil || !$0.others.isEmpty }
        )
    }

    /// Goes on behind a gap, or begins to look for where a frame begins.
    func pass(_ byteCount: UInt64, _ direction: Direction) {
        recorder.skip(byteCount: byteCount, direction)
        guard recorder.mode(direction) == .unframed else { return }
        let search = BoundarySearch(expectation(direction), prior: .frames)
        update(direction) { $0.search = search }
    }

    func lookForBoundary(
        _ direction: Direction,
        isEndOfFlow: Bool = false,
        capture: inout CaptureEncoder
    ) {
        let boundary = update(direction) { $0.search?.find(isEndOfFlow: isEndOfFlow) }
        let held = flow(direction).search?.held.byteCount ?? 0
        let isFull = flow(direction).search?.isFull == true || budget.isExhausted
        guard boundary != nil || isEndOfFlow || isFull else {
            budget.change(by: held - flow(direction).heldByteCount)
            return update(direction) { $0.heldByteCount = held }
        }
        release(direction, boundary, isEndOfFlow: isEndOfFlow, capture: &capture)
    }

    /// Records what a search holds: up to the boundary as bytes of frames whose head is missing, then as
    /// frames.
    func release(
        _ direction: Direction,
        _ boundary: BoundarySearch.Boundary?,
        isEndOfFlow: Bool,
        capture: inout CaptureEncoder
    ) {
        guard let search = flow(direction).search else { return }
        budget.change(by: -flow(direction).heldByteCount)
        update(direction) { flow in
            flow.search = nil
            flow.heldByteCount = 0
        }
        let limit = boundary?.position ?? search.held.end
        for piece in search.held.pieces {
            let cut = Int(clamping: min(max(limit, piece.start), piece.end) - piece.start)
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            let bytes = unsafe piece.bytes.span.bytes
            if cut > 0 {
                recorder.take(
                    bytes.extracting(..<cut),
                    direction,
                    at: piece.time,
                    capture: &capture
                )
            }
            if let boundary, piece.start <= boundary.position, boundary.position < piece.end {
                resumeFrames(direction, isFirst: boundary.position == 0)
            }
            if cut < piece.bytes.count {
                take(bytes.extracting(cut...), direction, at: piece.time, capture: &capture)
            }
            guard piece.gapByteCount > 0 else { continue }
            if isSearching(direction) {
                update(direction) {
                    $0.search?.appendGap(
                        byteCount: piece.gapByteCount,
                        piece.gapReason,
                        at: piece.time
                    )
                }
            } else if piece.end < limit {
                recorder.skip(byteCount: piece.gapByteCount, direction)
            } else {
                pass(piece.gapByteCount, direction)
            }
        }
        guard boundary == nil, !isEndOfFlow else { return }
        let next = BoundarySearch(expectation(direction), prior: .frames)
        update(direction) { $0.search = next }
    }

    func resumeFrames(_ direction: Direction, isFirst: Bool) {
        let isUntouched = recorder.received(direction) == 0
        if isFirst, isUntouched {
            recorder.beginFrames(direction, isAtBoundary: true)
        } else {
            recorder.resumeFrames(direction)
        }
    }

    func tellGap(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ direction: Direction,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        let frame = max(1, recorder.frameNumber(direction))
        let record = GapRecord(
            from: flow(direction).lastTime,
            through: max(time, flow(direction).lastTime),
            frameCount: 1,
            streamByteCount: byteCount,
            reason: reason.sentence,
            runs: [
                GapRecord.Run(
                    connection: connection,
                    direction: direction,
                    first: frame,
                    last: frame
                )
            ]
        )
        capture.append(.gap(record), arrival: time)
    }
}

extension StreamEvent.GapReason {
    /// Why bytes are missing, as the end of a sentence.
    fileprivate var sentence: String {
        switch self {
        case .notCaptured:
            "their packets are not in the file, though the receiver acknowledged them."
        case .snapLength: "the file holds only the beginning of their packet (snap length)."
        case .notAcknowledged:
            "no packet with them is in the file, and the receiver never acknowledged them."
        case .heldTooLong:
            "no packet with them came before too much had come behind them."
        }
    }
}
