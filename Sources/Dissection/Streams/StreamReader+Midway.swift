internal import CaptureFormat
internal import Reassembly
internal import Vocabulary
internal import WebSocketWire

// Streams whose beginning was not captured.
extension StreamReader {
    func search(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        startSearches()
        let side = place.side
        if side == .first {
            searches?.0.append(bytes, at: place.time)
        } else {
            searches?.1.append(bytes, at: place.time)
        }
        if found(side, isEndOfFlow: false, in: &dissection, capture: &capture) { return true }
        let byteCount = side == .first ? searches?.0.held.byteCount : searches?.1.held.byteCount
        guard byteCount ?? 0 > Self.searchedByteCountMax || dissection.budget.isExhausted else {
            return true
        }
        dissection.notes.otherCount += 1
        return false
    }

    func startSearches() {
        guard searches == nil else { return }
        let prior: BoundarySearch.Prior = isAssumed ? .assumed : .unknown
        func search(_ side: Side) -> BoundarySearch {
            let isMasked = client.map { $0 == side }
            let expectation = FrameEvidence.Expectation(isMasked: isMasked, mayBeCompressed: nil)
            return BoundarySearch(expectation, prior: prior)
        }
        searches = (search(.first), search(.second))
    }

    func appendGap(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ place: StreamPlace
    ) {
        startSearches()
        if place.side == .first {
            searches?.0.appendGap(byteCount: byteCount, reason, at: place.time)
        } else {
            searches?.1.appendGap(byteCount: byteCount, reason, at: place.time)
        }
    }

    func endSearch(
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        for side in Side.allCases where searches != nil {
            if found(side, isEndOfFlow: true, in: &dissection, capture: &capture) { return }
        }
        dissection.notes.otherCount += 1
    }

    /// Whether a side certainly sends frames; then there is a connection.
    func found(
        _ side: Side,
        isEndOfFlow: Bool,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        let boundary =
            side == .first
            ? searches?.0.find(isEndOfFlow: isEndOfFlow)
            : searches?.1.find(isEndOfFlow: isEndOfFlow)
        guard let boundary, let searches else { return false }
        self.searches = nil
        let isMasked = boundary.isMasked ?? (side == client)
        // RFC 6455 §5.1: only clients mask. Where neither side does, the lower port serves.
        let client = self.client ?? (isMasked ? side : side.other)
        self.client = client
        phase = .connection
        let writer = dissection.makeWriter(facts, client: client, key: nil)
        self.writer = writer
        dissection.notes.midwayCount += 1
        writer.beginMidway(facts, isAssumed: isAssumed, capture: &capture)
        clientFeed = .arrival(base: nextOffset(client) - held(client, searches).end)
        serverFeed = .arrival(base: nextOffset(client.other) - held(client.other, searches).end)
        for other in [side, side.other] {
            writer.replay(
                held(other, searches),
                other == client ? .clientToServer : .serverToClient,
                capture: &capture
            )
        }
        tellWriter(at: facts.began, capture: &capture)
        return true
    }

    func held(_ side: Side, _ searches: (BoundarySearch, BoundarySearch)) -> GappedBytes {
        side == .first ? searches.0.held : searches.1.held
    }
}
