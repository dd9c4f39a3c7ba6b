internal import CaptureFormat
internal import Recording
internal import Vocabulary

internal import struct NIOCore.ByteBuffer

// Where the client is: what a PROXY header before its stream says of it, and what servers are told.
extension Relay {
    /// A client that has not said where it is will not do so any more: what the record says of it is what
    /// the socket says.
    mutating func endIncognito(
        with event: RelayEvent,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        switch event {
        case .accepted, .announced, .misannounced, .plan, .progress, .writable: return
        default: introduce(at: now, capture: &capture)
        }
    }

    /// Stages the record of the client's leg, once.
    mutating func introduce(at now: Instant, capture: inout CaptureEncoder) {
        guard !isIntroduced, let openedDownstream else { return }
        isIntroduced = true
        capture.append(.opened(openedDownstream), arrival: now)
        if configuration.addsForwardedFor {
            forwardedFor = ForwardedFor(client: openedDownstream.origin)
        }
    }

    mutating func announced(
        _ origin: String,
        _ header: [UInt8],
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard awaitsHeader, phase == .dialling else { return }
        awaitsHeader = false
        openedDownstream?.announced = origin
        openedDownstream?.preface = header
        begin(at: now, capture: &capture, commands: &commands)
    }

    /// Ends a connection whose client does not say where it is, or must not.
    mutating func misannounced(
        _ detail: String,
        _ header: [UInt8],
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        if !isIntroduced { openedDownstream?.preface = header }
        introduce(at: now, capture: &capture)
        recorder.ending.note(.client, .proxyHeader, detail: detail)
        guard phase != .ending else { return }
        endHandshake(commands: &commands)
        closeBothLegs(commands: &commands)
    }

    /// Passes bytes of a client on whose requests are to say where it is.
    mutating func passHeads(
        _ buffer: ByteBuffer,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        let pieces =
            forwardedFor?.pieces(
                of: buffer,
                at: recorder.received(.clientToServer) - ByteOffset(buffer.readableBytes),
                headEnds: recorder.requestHeadEnds,
                endsInEmptyLine: recorder.isRequestInsideEmptyLine
            ) ?? []
        for piece in pieces {
            if case .inserted(let line, let offset) = piece {
                noteInsertion(line, before: offset, at: now, capture: &capture)
            }
            pass(piece.bytes, from: .downstream, at: now, capture: &capture, commands: &commands)
        }
    }

    /// What was held back so that a line could be put before it goes on as it is: nothing follows.
    mutating func passHeldHead(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard let rest = forwardedFor?.takeHeld() else { return }
        pass(rest, from: .downstream, at: now, capture: &capture, commands: &commands)
    }

    private mutating func noteInsertion(
        _ line: ByteBuffer,
        before offset: ByteOffset,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        guard phase == .relaying || phase == .dialling else { return }
        clientToServer.growth += Int64(line.readableBytes)
        let record = RewriteRecord(
            connection: connection,
            direction: .clientToServer,
            kind: .inserted,
            offset: offset,
            byteCount: 0,
            sent: Array(line.readableBytesView),
            cause: RewriteRecord.forwardedFor
        )
        capture.append(.rewrite(record), arrival: now)
    }
}
