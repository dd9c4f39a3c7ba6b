import CaptureFormat
import Vocabulary
import WebSocketWire

/// What is followed of one open connection while its records come by.
final class ConnectionTrack {
    /// What is followed of one direction.
    struct Flow: ~Copyable {
        var assembler: MessageAssembler
        var protocolState = ProtocolChecker.DirectionState()
        /// Where the last byte seen stands.
        var lastEnd: ByteOffset = 0
        /// Where the sender's close frame begins, how many close frames had come before it, and how many
        /// before it went on: a fault may have held it.
        var close: (start: ByteOffset, rank: Int, passedRank: Int)?
        /// Bytes that the proxy put into the direction itself.
        var injectedByteCount: UInt64 = 0
        /// Bytes that arrived and could not be written.
        var undeliverableByteCount: UInt64 = 0
        /// Where received bytes went on, once a fault has rewritten some.
        var sentOffsets = SentOffsets()

        /// How many received bytes were dealt with before those that could not be written.
        var forwardedThrough: ByteOffset {
            sentOffsets.received(
                ofSent: ConnectionTrack.difference(
                    sentOffsets.sent(ofReceived: lastEnd),
                    undeliverableByteCount
                )
            )
        }

        /// Stands where a file has begun in the middle of the connection.
        mutating func resume(at flow: ResumedFlow) {
            assembler.resume(at: flow)
            lastEnd = flow.offset
        }
    }

    let connection: ConnectionID
    var agreement = ExtensionAgreement.none
    var isAccepted = false
    var isRefused = false
    var clientAddress = ""
    var progress: ProgressRecord?
    var toServer: Flow
    var toClient: Flow
    private var closeCount = 0

    init(_ connection: ConnectionID, limits: MessageLimits) {
        self.connection = connection
        toServer = Flow(
            assembler: MessageAssembler(
                connection: connection,
                direction: .clientToServer,
                limits: limits
            )
        )
        toClient = Flow(
            assembler: MessageAssembler(
                connection: connection,
                direction: .serverToClient,
                limits: limits
            )
        )
    }

    /// The upgrade was accepted: frames follow.
    func accept(_ agreement: ExtensionAgreement, limits: MessageLimits) {
        isAccepted = true
        self.agreement = agreement
        toServer.assembler = MessageAssembler(
            connection: connection,
            direction: .clientToServer,
            agreement: agreement,
            limits: limits
        )
        toClient.assembler = MessageAssembler(
            connection: connection,
            direction: .serverToClient,
            agreement: agreement,
            limits: limits
        )
    }

    /// One direction sent a close frame.
    func noteClose(_ direction: Direction, start: ByteOffset) {
        if direction == .clientToServer {
            guard toServer.close == nil else { return }
            toServer.close = (start, closeCount, closeCount)
        } else {
            guard toClient.close == nil else { return }
            toClient.close = (start, closeCount, closeCount)
        }
        closeCount += 1
    }

    /// Held bytes went on: a close frame among them has come to its receiver only now.
    func noteHeld(_ record: HeldRecord) {
        if record.direction == .clientToServer {
            guard let close = toServer.close,
                record.range.contains(toServer.sentOffsets.sent(ofReceived: close.start))
            else { return }
            toServer.close = (close.start, close.rank, closeCount)
        } else {
            guard let close = toClient.close,
                record.range.contains(toClient.sentOffsets.sent(ofReceived: close.start))
            else { return }
            toClient.close = (close.start, close.rank, closeCount)
        }
        closeCount += 1
    }

    /// Other bytes went on than had come.
    func noteRewrite(_ record: RewriteRecord) {
        if record.direction == .clientToServer {
            toServer.sentOffsets.take(record)
            guard record.withholds, let close = toServer.close else { return }
            // A close frame that was dropped has told its receiver nothing.
            if record.range.contains(close.start) { toServer.close = nil }
        } else {
            toClient.sentOffsets.take(record)
            guard record.withholds, let close = toClient.close else { return }
            if record.range.contains(close.start) { toClient.close = nil }
        }
    }

    /// The kernel has told how far bytes have come.
    func note(_ record: ProgressRecord) {
        progress = record
        if record.upstream.isKnown {
            toServer.sentOffsets.forget(before: record.upstream.acknowledged)
        }
        if record.downstream.isKnown {
            toClient.sentOffsets.forget(before: record.downstream.acknowledged)
        }
    }

    /// How far a direction had come.
    ///
    /// - Parameters:
    ///   - direction: The direction.
    ///   - closed: How the connection ended; `nil` when the capture ended first.
    /// - Returns: The offsets that decide what is known of its messages.
    func end(of direction: Direction, closed: ClosedRecord?) -> DirectionEnd {
        if direction == .clientToServer {
            end(direction, toServer, answer: toClient.close?.rank, closed: closed)
        } else {
            end(direction, toClient, answer: toServer.close?.rank, closed: closed)
        }
    }

    private func end(
        _ direction: Direction,
        _ flow: borrowing Flow,
        answer: Int?,
        closed: ClosedRecord?
    ) -> DirectionEnd {
        var end = DirectionEnd()
        let final = closed?[direction.targetLeg]
        let latest = progress?[direction.targetLeg]
        if let known = final?.isKnown == true ? final : latest, known.isKnown {
            // Bytes of the proxy's own shift what follows them; counting them as the first to be
            // acknowledged claims too little rather than too much.
            end.reachedThrough = flow.sentOffsets.received(
                ofSent: Self.difference(known.acknowledged, flow.injectedByteCount)
            )
        }
        if let final, final.isKnown {
            end.onWireThrough = flow.sentOffsets.received(
                ofSent: Self.difference(final.written, final.unsent)
            )
        } else if flow.undeliverableByteCount > 0 {
            end.onWireThrough = flow.forwardedThrough
        }
        end.acceptedThrough = acceptedThrough(flow, answer: answer, closed: closed)
        return end
    }

    /// An orderly end: both peers sent a close frame, and not because the proxy asked them to.
    private func acceptedThrough(
        _ flow: borrowing Flow,
        answer: Int?,
        closed: ClosedRecord?
    ) -> ByteOffset {
        guard let close = flow.close, let answer,
            toServer.injectedByteCount == 0, toClient.injectedByteCount == 0,
            closed == nil || closed?.cause == .closeHandshake
        else { return 0 }
        // A close frame that was dropped has told its receiver nothing.
        guard
            flow.undeliverableByteCount == 0 || close.start < flow.forwardedThrough
        else { return 0 }
        // RFC 6455 §5.5.1: a peer answers a close frame after what came before it.
        if close.passedRank < answer { return close.start }
        // The receiver closed first: that its kernel had a message by then does not say that it read
        // it, and what it meets before the answer it may discard (RFC 6455 §1.4).
        return 0
    }

    fileprivate static func difference(_ value: UInt64, _ subtrahend: UInt64) -> UInt64 {
        value > subtrahend ? value - subtrahend : 0
    }
}
