internal import CaptureFormat
internal import Reassembly
internal import Vocabulary
internal import WebSocketWire

// HTTP up to the upgrade, and the upgrade.
extension StreamReader {
    func takeHTTP(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        guard place.side != client else {
            guard !clientFeed.isSet else {
                feed(bytes, place, capture: &capture)
                return true
            }
            return takeRequest(bytes, place, in: &dissection, capture: &capture)
        }
        guard !serverFeed.isSet else {
            feed(bytes, place, capture: &capture)
            return true
        }
        // An answer that was captured before its request.
        if !exchange.isAwaitingAnswer, !clientFeed.isSet, !exchange.isServerLost,
            exchange.isServerBetweenMessages
        {
            return hold(bytes, place, in: &dissection, capture: &capture)
        }
        return takeResponse(bytes, place, in: &dissection, capture: &capture)
    }

    func takeRequest(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        switch exchange.takeClient(bytes, from: 0) {
        case .usedUp: break
        case .upgradeRequest(let head, let request, let end):
            beginConnection(
                request,
                head,
                headEnd: place.advanced(by: end).offset,
                at: place.time,
                in: &dissection,
                capture: &capture
            )
            if end < bytes.byteCount {
                feed(bytes.extracting(end...), place.advanced(by: end), capture: &capture)
            }
        default:
            dissection.notes.httpCount += 1
            return false
        }
        return releaseHeldServer(in: &dissection, capture: &capture)
    }

    func takeResponse(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        switch exchange.takeServer(bytes, from: 0) {
        case .usedUp: return true
        case .upgradeAnswer(let start):
            beginAnswer(offset: place.advanced(by: start).offset)
            feed(bytes.extracting(start...), place.advanced(by: start), capture: &capture)
            if let writer { dissection.answer(writer) }
            return true
        case .orphanedUpgrade(let head, let end):
            beginOrphan(
                head,
                headEnd: place.advanced(by: end).offset,
                at: place.time,
                in: &dissection,
                capture: &capture
            )
            guard end < bytes.byteCount else { return true }
            feed(bytes.extracting(end...), place.advanced(by: end), capture: &capture)
            return true
        default:
            guard writer == nil else { return true }
            dissection.notes.httpCount += 1
            return false
        }
    }

    /// An upgrade request is whole: a connection begins, or goes on by its second leg.
    func beginConnection(
        _ request: HTTPHead,
        _ head: [UInt8],
        headEnd: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        guard let client else { return }
        phase = .connection
        let key = request["Sec-WebSocket-Key"]
        if let (first, reader) = dissection.partner(
            of: key,
            facts,
            server: facts[client.other]
        ) {
            role = .upstream
            reader.role = .downstream
            writer = first
            first.join(facts, client: client, capture: &capture)
            // Frames begin behind the head, which the proxy may have rewritten.
            let framesStart = first.requestByteCount ?? 0
            clientFeed = .forwarded(base: headEnd > framesStart ? headEnd - framesStart : 0)
            return
        }
        let start = headEnd - UInt64(head.count)
        let writer = dissection.makeWriter(facts, client: client, key: key)
        self.writer = writer
        dissection.expectPartner(of: writer, self)
        writer.requestByteCount = UInt64(head.count)
        writer.begin(facts, capture: &capture)
        clientFeed = .arrival(base: start)
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        writer.take(unsafe head.span.bytes, .clientToServer, at: time, capture: &capture)
        tellWriter(at: time, capture: &capture)
    }

    /// The server's answer to the upgrade begins.
    func beginAnswer(offset: UInt64) {
        // From the proxy's answer on, the server's bytes have arrived already, by the other leg.
        serverFeed = role == .downstream ? .forwarded(base: nil) : .arrival(base: offset)
    }

    /// No answer is in the file, and the client goes on: only what it sends was captured.
    func goOnWithoutAnswer(at time: Instant, capture: inout CaptureEncoder) {
        guard let writer, let client else { return }
        beginAnswer(offset: nextOffset(client.other))
        writer.loseAnswer(at: time, capture: &capture)
    }

    /// An answer that accepts an upgrade whose request was not captured.
    func beginOrphan(
        _ head: [UInt8],
        headEnd: UInt64,
        at time: Instant,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) {
        guard let client else { return }
        phase = .connection
        let writer = dissection.makeWriter(facts, client: client, key: nil)
        self.writer = writer
        dissection.notes.midwayCount += 1
        writer.beginOrphaned(facts, capture: &capture)
        clientFeed = .arrival(base: nextOffset(client))
        serverFeed = .arrival(base: headEnd - UInt64(head.count))
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        writer.take(unsafe head.span.bytes, .serverToClient, at: time, capture: &capture)
        tellWriter(at: time, capture: &capture)
    }

    /// Holds what a server has sent before its client's request was seen.
    func hold(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        // Safety: the bytes are copied before the closure returns.
        heldServer.append((unsafe bytes.withUnsafeBytes { unsafe Array($0) }, place))
        let byteCount = heldServer.reduce(0) { $0 + $1.bytes.count }
        guard byteCount > Self.heldServerByteCountMax || dissection.budget.isExhausted else {
            return true
        }
        // The request is not in the file: what there is of the answer must do.
        exchange.lose()
        return releaseHeldServer(in: &dissection, capture: &capture)
    }

    func releaseHeldServer(
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        guard !heldServer.isEmpty,
            exchange.isAwaitingAnswer || exchange.isServerLost || clientFeed.isSet
                || phase == .midway
        else { return true }
        let held = heldServer
        heldServer = []
        for run in held {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            let bytes = unsafe run.bytes.span.bytes
            let isWanted = take(bytes, run.place, in: &dissection, capture: &capture)
            guard isWanted else { return false }
        }
        return true
    }

    /// Bytes are missing before there is a connection, or before its answer.
    func loseHTTP(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        if phase == .connection, place.side != client, let writer {
            // Of the answer at least a part is not there: whether it accepted is seen by what follows.
            beginAnswer(offset: place.offset)
            guard role != .downstream else { return true }
            writer.loseAnswer(at: place.time, capture: &capture)
            writer.skip(byteCount, reason, .serverToClient, at: place.time, capture: &capture)
            dissection.answer(writer)
            return true
        }
        // From here on anything may begin with any segment: a head, or frames.
        if phase == .http { exchange.lose() }
        phase = .midway
        appendGap(byteCount, reason, place)
        return releaseHeldServer(in: &dissection, capture: &capture)
    }

    func nextOffset(_ side: Side) -> UInt64 {
        side == .first ? nextOffsets.0 : nextOffsets.1
    }

    func setNextOffset(_ offset: UInt64, _ side: Side) {
        if side == .first { nextOffsets.0 = offset } else { nextOffsets.1 = offset }
    }
}
