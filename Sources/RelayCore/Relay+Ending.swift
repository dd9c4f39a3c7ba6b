internal import CaptureFormat
internal import Faults
internal import Recording
internal import Vocabulary
internal import WebSocketWire

// How a connection ends: close frames, FIN, RST, and the proxy's own stop.
extension Relay {
    mutating func inputClosed(
        _ leg: Leg,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(origin(of: leg), .fin)
        switch leg {
        case .downstream:
            clientToServer.isInputClosed = true
            passHeldHead(at: now, capture: &capture, commands: &commands)
        case .upstream: serverToClient.isInputClosed = true
        }
        switch phase {
        case .dialling:
            // The upstream gets what the client sent, and then its FIN, once it is there.
            break
        case .refusing(let failure):
            refuse(failure, at: now, capture: &capture, commands: &commands)
        case .relaying:
            passEnd(leg.inbound, at: now, capture: &capture, commands: &commands)
        case .ending, .ended:
            break
        }
    }

    /// Passes the end of a flow on, through its faults where it has some.
    mutating func passEnd(
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        if faults[direction] == nil {
            endFlow(direction, commands: &commands)
        } else {
            disturbEnd(direction, at: now, capture: &capture, commands: &commands)
        }
    }

    /// The end of a flow reaches its receiver.
    mutating func endFlow(_ direction: Direction, commands: inout [RelayCommand]) {
        guard phase == .relaying else { return }
        self[direction].hasEnded = true
        if self[direction.reversed].hasEnded {
            closeBothLegs(commands: &commands)
        } else if liveLegs.contains(direction.targetLeg) {
            // Half-close is kept: the other flow goes on until its own end.
            commands.append(.closeOutput(direction.targetLeg))
        }
    }

    mutating func broken(
        _ leg: Leg,
        isReset: Bool,
        detail: String,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(origin(of: leg), isReset ? .reset : .failure, detail: detail)
        if holdBreak(of: leg, isReset: isReset, at: now, capture: &capture, commands: &commands) {
            return
        }
        // What came before the break goes on before it.
        if !faults.isEmpty, phase == .relaying {
            releaseFaults(at: now, capture: &capture, commands: &commands)
        }
        guard phase != .ending else { return }
        phase = .ending
        if liveLegs.contains(leg.other) {
            commands.append(isReset ? .reset(leg.other) : .close(leg.other))
        }
        commands.append(.close(leg))
    }

    mutating func legClosed(
        _ leg: Leg,
        _ progress: LegProgress,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        liveLegs.remove(leg)
        lastProgress[leg] = received(progress, on: leg)
        // The client is still to be told why there is no server.
        if case .refusing = phase, leg == .upstream { return }
        if phase != .ending {
            if phase == .relaying, isHolding(leg.inbound), self[leg.inbound].isInputClosed,
                liveLegs.contains(leg.other)
            {
                // A fault still holds what this peer sent before its end: it is to arrive.
                endFlow(leg.outbound, commands: &commands)
                return
            }
            // Gone without a word before: nothing can be read or written there any more.
            recorder.ending.note(origin(of: leg), .fin)
            phase = .ending
            if liveLegs.contains(leg.other) { commands.append(.close(leg.other)) }
        }
        finishIfOver(at: now, capture: &capture, commands: &commands)
    }

    /// Stages the record of the end once both legs are gone and no dial can bring one back.
    mutating func finishIfOver(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard liveLegs.isEmpty, !isDialling else { return }
        phase = .ended
        recordUndeliverable(at: now, capture: &capture)
        let record = recorder.closed(
            downstream: lastProgress.downstream,
            upstream: lastProgress.upstream
        )
        capture.append(.closed(record), arrival: now)
        endHandshake(commands: &commands)
        commands.append(.finished)
    }

    // MARK: Stopping the proxy

    mutating func shutdown(
        maskKey: UInt32,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        say(.goingAway(maskKey: maskKey), at: now, capture: &capture, commands: &commands)
    }

    /// Ends the connection as somebody has asked for it.
    mutating func terminate(
        _ how: Termination,
        maskKey: UInt32,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard phase != .ending else { return }
        switch how {
        case .fin:
            cut(.close, cause: how.cause, at: now, commands: &commands)
        case .reset:
            cut(.reset, cause: how.cause, at: now, commands: &commands)
        case .close(let code, let reason):
            let goodbye = Goodbye(
                code: code,
                reason: reason,
                maskKey: maskKey,
                ending: .fault,
                cause: how.cause
            )
            say(goodbye, at: now, capture: &capture, commands: &commands)
        }
    }

    private mutating func say(
        _ goodbye: Goodbye,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard phase != .ending else { return }
        if !faults.isEmpty {
            // Nothing of our own may overtake what faults hold.
            releaseFaults(at: now, capture: &capture, commands: &commands)
            guard phase != .ending else { return }
        }
        self.goodbye = goodbye
        guard phase == .relaying, goodbyeDeadline == nil, clientToServer.droppedByteCount == 0,
            serverToClient.droppedByteCount == 0,
            recorder.clientToServer.mode == .frames
                || recorder.serverToClient.mode == .frames
        else {
            note(goodbye)
            closeBothLegs(commands: &commands)
            return
        }
        sayGoodbye(at: now, capture: &capture, commands: &commands)
    }

    /// Sends our close frames wherever a frame has just ended, and closes what both sides have closed.
    mutating func sayGoodbye(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard let goodbye, phase == .relaying else { return }
        for direction in Direction.allCases where mayEnd(direction) {
            note(goodbye)
            inject(
                goodbye.frame(isMasked: direction == .clientToServer),
                on: direction.targetLeg,
                cause: goodbye.cause,
                at: now,
                capture: &capture,
                commands: &commands
            )
        }
        // Both have been told, and both have answered or begun themselves (RFC 6455 §7.1.1).
        guard recorder.clientToServer.close != nil, recorder.serverToClient.close != nil else {
            return
        }
        closeBothLegs(commands: &commands)
    }

    private mutating func note(_ goodbye: Goodbye) {
        let isFault = goodbye.ending == .fault
        recorder.ending.note(.proxy, goodbye.ending, detail: isFault ? goodbye.cause : "")
        // Close frames of the peers that follow are answers to ours.
        if isFault { recorder.ending.settle() }
    }

    mutating func cut(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(.proxy, .shutdown)
        closeBothLegs(commands: &commands)
    }

    /// Ends every leg that exists, in order, behind everything written on it.
    mutating func closeBothLegs(commands: inout [RelayCommand]) {
        phase = .ending
        for leg in Leg.allCases where liveLegs.contains(leg) { commands.append(.close(leg)) }
    }

    // MARK: The record of the end

    private mutating func recordUndeliverable(at now: Instant, capture: inout CaptureEncoder) {
        let flows = [
            (
                Direction.clientToServer, recorder.clientToServer.receivedByteCount,
                clientToServer.forwardedByteCount
            ),
            (
                .serverToClient, recorder.serverToClient.receivedByteCount,
                serverToClient.forwardedByteCount
            ),
        ]
        for (direction, received, forwarded) in flows {
            let accounted = forwarded + self[direction].droppedByteCount
            let due =
                Int64(clamping: received) + self[direction].growth - Int64(clamping: accounted)
            guard due > 0 else { continue }
            let chain = faults[direction]
            noteUndeliverable(
                UInt64(due),
                direction,
                cause: chain?.cutCause ?? chain?.holder ?? recorder.ending.cause,
                at: now,
                capture: &capture
            )
        }
    }

    /// Records that received bytes, the last ones so far, will not be forwarded.
    mutating func noteUndeliverable(
        _ byteCount: UInt64,
        _ direction: Direction,
        cause: String,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        self[direction].droppedByteCount += byteCount
        let outcome = OutcomeRecord(
            connection: connection,
            direction: direction,
            kind: .undeliverable,
            byteCount: byteCount,
            cause: cause
        )
        capture.append(.outcome(outcome), arrival: now)
    }

    /// Whether a close frame of the proxy may follow what has been forwarded in a direction.
    private func mayEnd(_ direction: Direction) -> Bool {
        if direction == .clientToServer {
            recorder.clientToServer.isBetweenFrames && recorder.clientToServer.close == nil
                && !clientToServer.isFinishedByProxy && !clientToServer.isInputClosed
        } else {
            recorder.serverToClient.isBetweenFrames && recorder.serverToClient.close == nil
                && !serverToClient.isFinishedByProxy && !serverToClient.isInputClosed
        }
    }

    func origin(of leg: Leg) -> ClosedRecord.Origin {
        leg == .downstream ? .client : .server
    }
}
