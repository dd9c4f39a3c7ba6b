internal import CaptureFormat
internal import Reassembly
internal import Vocabulary
internal import WebSocketWire

// What a stream is, by the first bytes of its sides.
extension StreamReader {
    func decide(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        if skippedByteCount > 0, place.side == client {
            let skipped = min(skippedByteCount, bytes.byteCount)
            skippedByteCount -= skipped
            guard skipped < bytes.byteCount else { return true }
            return decide(
                bytes.extracting(skipped...),
                place.advanced(by: skipped),
                in: &dissection,
                capture: &capture
            )
        }
        let known = place.side == .first ? beginnings.0 : beginnings.1
        guard !known.isEmpty else {
            return decide(whole: bytes, place, in: &dissection, capture: &capture)
        }
        // Safety: the bytes are copied before the closure returns.
        let joined = unsafe bytes.withUnsafeBytes { unsafe known + Array($0) }
        setBeginning([], place.side)
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        return decide(
            whole: unsafe joined.span.bytes,
            place.advanced(by: -known.count),
            in: &dissection,
            capture: &capture
        )
    }

    func decide(
        whole bytes: RawSpan,
        _ place: StreamPlace,
        in dissection: inout DissectionState,
        capture: inout CaptureEncoder
    ) -> Bool {
        let kind = StreamKind.of(bytes)
        switch kind {
        case .request, .response:
            let client = kind == .request ? place.side : place.side.other
            // A request that its server's side sends is none.
            if let known = self.client, known != client { break }
            self.client = client
            if phase == .midway { exchange.lose() }
            phase = .http
            searches = nil
            return takeHTTP(bytes, place, in: &dissection, capture: &capture)
        case .undecided where searches == nil && !isAssumed:
            // Safety: the bytes are copied before the closure returns.
            setBeginning(unsafe bytes.withUnsafeBytes { unsafe Array($0) }, place.side)
            return true
        case .proxyHeader(let byteCount) where place.side == client && phase == .deciding:
            skippedByteCount = byteCount
            return decide(bytes, place, in: &dissection, capture: &capture)
        case .tls where searches == nil:
            dissection.notes.noteTLS(facts[client?.other ?? facts.likelyServer])
            return false
        case .http2 where searches == nil:
            dissection.notes.http2Count += 1
            return false
        default: break
        }
        guard phase == .midway || isAssumed else {
            dissection.notes.otherCount += 1
            return false
        }
        phase = .midway
        return search(bytes, place, in: &dissection, capture: &capture)
    }

    func setBeginning(_ bytes: [UInt8], _ side: Side) {
        if side == .first { beginnings.0 = bytes } else { beginnings.1 = bytes }
    }
}

extension StreamFacts {
    /// Who serves, when nothing but the ports tells.
    fileprivate var likelyServer: Side {
        if isFromStart { return .second }
        return first.port < second.port ? .first : .second
    }

}
