internal import CaptureFormat
internal import Reassembly
internal import Vocabulary
internal import WebSocketWire

// What belongs to the connection, once there is one.
extension StreamReader {
    /// Hands bytes to the connection.
    func feed(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        capture: inout CaptureEncoder
    ) {
        guard let writer else { return }
        let isClient = place.side == client
        let direction: Direction = isClient ? .clientToServer : .serverToClient
        switch isClient ? clientFeed : serverFeed {
        case .none: return
        case .arrival:
            writer.take(bytes, direction, at: place.time, capture: &capture)
            if isClient, !serverFeed.isSet, writer.hasWaitedForAnswer {
                goOnWithoutAnswer(at: place.time, capture: &capture)
            }
        case .forwarded(let base?):
            writer.takeForwarded(bytes, direction)
            let end = place.offset + UInt64(bytes.byteCount)
            writer.forward(direction, through: end > base ? end - base : 0)
        case .forwarded(nil):
            findAnswerEnd(bytes, place, capture: &capture)
        }
    }

    /// Looks for the end of the answer that a proxy has sent on: frames follow.
    func findAnswerEnd(
        _ bytes: RawSpan,
        _ place: StreamPlace,
        capture: inout CaptureEncoder
    ) {
        guard let writer else { return }
        var position = 0
        do throws(WireError) {
            while let part = try answerScanner.next(in: bytes, from: &position) {
                guard let head = part.head else { continue }
                guard head.status == 101, let framesStart = writer.framesStart(.serverToClient)
                else {
                    answerScanner.expect(.none)
                    continue
                }
                let rest = place.advanced(by: position)
                serverFeed = .forwarded(
                    base: rest.offset > framesStart ? rest.offset - framesStart : 0
                )
                guard position < bytes.byteCount else { return }
                return feed(bytes.extracting(position...), rest, capture: &capture)
            }
        } catch {
            writer.giveUpComparison(.serverToClient)
        }
    }
}
