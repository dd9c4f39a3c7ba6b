public import CaptureFormat
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
        guard phase != .ended, let openedDownstream else { return }
        let record = ResumedRecord(
            connection: connection,
            downstream: openedDownstream,
            upstream: openedUpstream,
            handshake: answeredHandshake,
            clientToServer: clientToServer.resumed,
            serverToClient: serverToClient.resumed,
            progress: lastProgress
        )
        capture.append(.resumed(record), arrival: now)
    }

    private var answeredHandshake: HandshakeRecord? {
        guard !handshake.isEmpty else { return nil }
        do throws(CaptureFormatError) {
            return try HandshakeRecord(encoded: handshake)
        } catch {
            preconditionFailure("an own handshake record cannot be read: \(error)")
        }
    }
}
