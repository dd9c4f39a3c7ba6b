internal import CaptureFormat
internal import Reassembly
internal import Recording
internal import Vocabulary
internal import WebSocketWire

// What was acknowledged, and how the connection ends.
extension ConnectionWriter {
    /// The receiver's kernel has acknowledged a direction's bytes up to an offset of this connection.
    func acknowledge(
        _ direction: Direction,
        through offset: ByteOffset,
        at time: Instant,
        capture: inout CaptureEncoder
    ) {
        let isNews = update(direction) { flow in
            defer { flow.acknowledged = max(flow.acknowledged, offset) }
            return offset > flow.acknowledged
        }
        guard isNews, !isOver else { return }
        let progress = progress
        guard progress != lastProgress else { return }
        lastProgress = progress
        capture.append(.progress(progress), arrival: time)
    }

    /// A direction's bytes were sent on the target leg up to an offset of this connection.
    func forward(_ direction: Direction, through offset: ByteOffset) {
        update(direction) { $0.forwarded = max($0.forwarded, offset) }
    }

    var progress: ProgressRecord {
        ProgressRecord(
            connection: connection,
            downstream: progress(of: .downstream),
            upstream: progress(of: .upstream)
        )
    }

    func progress(of leg: Leg) -> LegProgress {
        let arrived = position(leg.outbound)
        let received = position(leg.inbound)
        return update(leg.outbound) { flow in
            // What a proxy has not sent on can be told only where its other leg is whole.
            let sent = hasTwoLegs && !flow.comparison.isGivenUp ? flow.forwarded : arrived
            return LegProgress(
                received: received,
                written: max(sent, flow.acknowledged),
                acknowledged: flow.acknowledged,
                // A proxy that changed the bytes has offsets of its own.
                isKnown: flow.comparison.difference == nil
            )
        }
    }

    /// How far a direction has come, what is held included.
    func position(_ direction: Direction) -> ByteOffset {
        recorder.received(direction) + update(direction) { $0.search?.held.end ?? 0 }
    }

    // MARK: - Ending

    /// A peer, or the proxy between them, gave a sign of the end.
    func note(
        _ origin: ClosedRecord.Origin,
        _ cause: ClosedRecord.Cause,
        detail: String = ""
    ) {
        recorder.ending.note(origin, cause, detail: detail)
    }

    /// One of the TCP connections is gone.
    ///
    /// - Parameters:
    ///   - isClosed: Whether it ended, and not only what is known of it.
    ///   - time: When.
    ///   - capture: Where records are staged.
    /// - Returns: What the comparison of two legs has shown, one sentence each, when it was the last.
    func end(isClosed: Bool, at time: Instant, capture: inout CaptureEncoder) -> [String] {
        openLegCount -= 1
        guard openLegCount == 0, !isOver else { return [] }
        for direction in Direction.allCases where isSearching(direction) {
            lookForBoundary(direction, isEndOfFlow: true, capture: &capture)
        }
        isOver = true
        let differences = hasTwoLegs ? differences() : []
        let last = progress
        if isClosed {
            let record = recorder.closed(downstream: last.downstream, upstream: last.upstream)
            capture.append(.closed(record), arrival: time)
        } else if last != lastProgress {
            capture.append(.progress(last), arrival: time)
        }
        return differences
    }

    func differences() -> [String] {
        Direction.allCases.compactMap { direction in
            update(direction) { $0.comparison.finish() }
            guard let offset = flow(direction).comparison.difference else { return nil }
            return "\(connection) \(direction.arrow): the two legs carry different bytes from byte "
                + "\(offset) behind the handshake on; what arrived was taken."
        }
    }
}
