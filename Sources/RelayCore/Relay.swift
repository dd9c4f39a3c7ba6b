public import CaptureFormat
internal import Faults
internal import Recording
public import Vocabulary

internal import struct NIOCore.ByteBuffer

/// One connection through the proxy: two legs, two flows of bytes, and what becomes of them.
///
/// The relay never sees a socket, a clock or a file. It is told ``RelayEvent``s with their time,
/// stages records
/// into the encoder that it is lent, and answers with ``RelayCommand``s. It forwards the very
/// buffers that came,
/// before a frame is complete; understanding them is for the record only.
///
/// ```
///   client ──▶ downstream leg ──▶ Flow client-to-server ──▶ upstream leg   ──▶ server
///   client ◀── downstream leg ◀── Flow server-to-client ◀── upstream leg   ◀── server
/// ```
public struct Relay: ~Copyable {
    enum Phase: Equatable {
        /// Waiting for the upstream leg; nothing is read from the client.
        case dialling
        /// Both legs exist.
        case relaying
        /// There is no upstream: the client's request is read in order to answer it.
        case refusing(DialFailure)
        /// Everything was asked for that ends the connection.
        case ending
        /// The `Closed` record is staged.
        case ended
    }

    /// The number of the connection.
    public let connection: ConnectionID
    let configuration: RelayConfiguration
    var phase = Phase.dialling
    /// Names and records the bytes.
    var recorder: ConnectionRecorder
    var clientToServer = Flow()
    var serverToClient = Flow()
    /// A dial is under way.
    var isDialling = false
    /// What a client that has ended its side already left to be read before the upstream leg
    /// exists.
    ///
    /// The kernel's receive buffer bounds it: nothing else is read during a dial.
    var held: [ByteBuffer] = []
    /// The client has to say where it is before anything else, and has not.
    var awaitsHeader = false
    /// The record of the client's leg is staged.
    var isIntroduced = false
    /// Tells servers where the client is; `nil` for a relay that does not.
    var forwardedFor: ForwardedFor?
    /// Frames have not begun: what comes may be an upgrade, or the answer to one.
    var awaitsFrames = true
    /// An upgrade has passed that waits for its answer.
    var hasPassedUpgrade = false
    /// The first request, or the answer to an upgrade, is being waited for.
    var isInHandshake = true
    var liveLegs: Set<Leg> = []
    /// How the legs came to be: kept for files that begin later.
    var openedDownstream: OpenedRecord?
    var openedUpstream: OpenedRecord?
    var securities: [SecuredRecord] = []
    var lastProgress: ProgressRecord
    /// What this connection is to suffer, and what is at work of it.
    var faultPlan: FaultPlan?
    var faults = FaultChains()
    /// A fault has said a close frame, and the connection ends by then.
    var goodbyeDeadline: Instant?
    /// How often each fault has done something, by its name.
    public internal(set) var faultCounts: [String: UInt64] = [:]
    /// The time that was last asked for.
    var armedWakeTime: Instant?
    /// The close frames of our own, once they are to be said.
    var goodbye: Goodbye?

    /// Creates a relay that waits for ``RelayEvent/accepted(local:remote:awaitsHeader:)``.
    public init(connection: ConnectionID, configuration: RelayConfiguration) {
        self.connection = connection
        self.configuration = configuration
        faultPlan = configuration.faults
        recorder = ConnectionRecorder(
            connection: connection,
            keepsSecrets: configuration.keepsSecrets,
            redactedPointers: configuration.redactedPointers
        )
        lastProgress = ProgressRecord(
            connection: connection,
            downstream: LegProgress(),
            upstream: LegProgress()
        )
    }

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: When.
    ///   - capture: Where records are staged.
    ///   - commands: Where wishes are appended, to be carried out in order.
    public mutating func handle(
        _ event: RelayEvent,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        // Late echoes of channels that are gone.
        guard phase != .ended else { return }
        if awaitsHeader { endIncognito(with: event, at: now, capture: &capture) }
        switch event {
        case .accepted(let local, let remote, let awaitsHeader):
            openedDownstream = OpenedRecord(
                connection: connection,
                leg: .downstream,
                local: local,
                remote: remote
            )
            liveLegs.insert(.downstream)
            self.awaitsHeader = awaitsHeader
            if !awaitsHeader { begin(at: now, capture: &capture, commands: &commands) }
        case .announced(let origin, let header):
            announced(origin, header, at: now, capture: &capture, commands: &commands)
        case .misannounced(let detail, let header):
            misannounced(detail, header, at: now, capture: &capture, commands: &commands)
        case .dialled(let local, let remote, let header):
            let opened = OpenedRecord(
                connection: connection,
                leg: .upstream,
                local: local,
                remote: remote,
                target: configuration.upstream,
                preface: header
            )
            dialled(opened, at: now, capture: &capture, commands: &commands)
        case .dialFailed(let failure):
            dialFailed(failure, at: now, capture: &capture, commands: &commands)
        case .secured(let record):
            secured(record, at: now, capture: &capture, commands: &commands)
        case .insecure(let leg, let detail):
            insecure(leg, detail: detail, at: now, capture: &capture, commands: &commands)
        case .received(let leg, let buffer):
            received(buffer, on: leg, at: now, capture: &capture, commands: &commands)
        case .inputClosed(let leg):
            inputClosed(leg, at: now, capture: &capture, commands: &commands)
        case .broken(let leg, let isReset, let detail):
            broken(
                leg,
                isReset: isReset,
                detail: detail,
                at: now,
                capture: &capture,
                commands: &commands
            )
        case .legClosed(let leg, let progress):
            legClosed(leg, progress, at: now, capture: &capture, commands: &commands)
        case .writable(let leg, let isWritable):
            // Back-pressure: what cannot leave on one leg is not read on the other.
            guard liveLegs.contains(leg.other), phase == .relaying else { return }
            self[leg.outbound].isReceiverReady = isWritable
            setReading(leg.outbound, commands: &commands)
        case .handshakeTimeout:
            handshakeTimeout(at: now, capture: &capture, commands: &commands)
        case .plan(let faultPlan):
            plan(faultPlan, at: now, capture: &capture, commands: &commands)
        case .woke:
            wakeFaults(at: now, capture: &capture, commands: &commands)
        case .ended(let cause):
            guard phase != .ending else { return }
            cut(.close, cause: cause, at: now, commands: &commands)
        case .terminated(let how, let maskKey):
            terminate(how, maskKey: maskKey, at: now, capture: &capture, commands: &commands)
        case .progress(let downstream, let upstream):
            noteProgress(downstream: downstream, upstream: upstream, at: now, capture: &capture)
        case .shutdown(let maskKey):
            shutdown(maskKey: maskKey, at: now, capture: &capture, commands: &commands)
        case .cut:
            cut(at: now, capture: &capture, commands: &commands)
        }
    }

    // MARK: Bytes

    private mutating func received(
        _ buffer: ByteBuffer,
        on leg: Leg,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        recorder.take(buffer.readableBytesSpan, leg.inbound, at: now, capture: &capture)
        if awaitsFrames {
            shakeHands(buffer, from: leg, at: now, capture: &capture, commands: &commands)
        } else {
            pass(buffer, from: leg, at: now, capture: &capture, commands: &commands)
        }
        if case .refusing(let failure) = phase, isRequestAtHand {
            refuse(failure, at: now, capture: &capture, commands: &commands)
        }
        if goodbye != nil { sayGoodbye(at: now, capture: &capture, commands: &commands) }
        if goodbyeDeadline != nil { endGoodbye(at: now, commands: &commands) }
    }

    /// Passes bytes on, through the faults of their direction where it has some.
    @inline(__always)
    mutating func pass(
        _ buffer: ByteBuffer,
        from leg: Leg,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        if faults.isEmpty || phase != .relaying || faults[leg.inbound] == nil {
            forward(buffer, from: leg, commands: &commands)
        } else {
            disturb(buffer, leg.inbound, at: now, capture: &capture, commands: &commands)
        }
    }

    /// Whether the client has said what it wants, or nothing that could be understood.
    var isRequestAtHand: Bool {
        recorder.isAwaitingAnswer || recorder.clientToServer.mode != .http
    }

    mutating func forward(
        _ buffer: ByteBuffer,
        from leg: Leg,
        commands: inout [RelayCommand]
    ) {
        if phase == .dialling {
            held.append(buffer)
            return
        }
        guard phase == .relaying, liveLegs.contains(leg.other) else { return }
        switch leg {
        case .downstream:
            guard !clientToServer.isFinishedByProxy else { return }
            clientToServer.forwardedByteCount += ByteOffset(buffer.readableBytes)
        case .upstream:
            guard !serverToClient.isFinishedByProxy else { return }
            serverToClient.forwardedByteCount += ByteOffset(buffer.readableBytes)
        }
        commands.append(.write(leg.other, buffer))
    }

    /// Sends bytes of the proxy's own as the last ones of a flow.
    mutating func inject(
        _ bytes: [UInt8],
        on leg: Leg,
        cause: String,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        let outcome = OutcomeRecord(
            connection: connection,
            direction: leg.outbound,
            kind: .injected,
            sent: bytes,
            byteCount: UInt64(bytes.count),
            cause: cause
        )
        capture.append(.outcome(outcome), arrival: now)
        switch leg {
        case .downstream: serverToClient.isFinishedByProxy = true
        case .upstream: clientToServer.isFinishedByProxy = true
        }
        commands.append(.write(leg, ByteBuffer(bytes: bytes)))
    }

    private mutating func noteProgress(
        downstream: LegProgress,
        upstream: LegProgress,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        let progress = ProgressRecord(
            connection: connection,
            downstream: received(downstream, on: .downstream),
            upstream: received(upstream, on: .upstream)
        )
        guard progress != lastProgress else { return }
        lastProgress = progress
        capture.append(.progress(progress), arrival: now)
    }

    /// A leg's progress with what this relay has received on it.
    func received(_ progress: LegProgress, on leg: Leg) -> LegProgress {
        var progress = progress
        progress.received =
            leg == .downstream
            ? recorder.clientToServer.receivedByteCount
            : recorder.serverToClient.receivedByteCount
        return progress
    }
}
