internal import CaptureFormat
internal import Faults
internal import Recording
internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

// How a connection begins: the dial, the HTTP exchange, the upgrade, and what goes wrong with them.
extension Relay {
    /// It is known where the client is, or that it will not say: the connection begins.
    mutating func begin(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        introduce(at: now, capture: &capture)
        if let cause = faultPlan?.resetsConnect(of: connection, at: now) {
            endHandshake(commands: &commands)
            faultCounts[cause, default: 0] &+= 1
            cut(.reset, cause: cause, at: now, commands: &commands)
            return
        }
        // Whoever cannot speak TLS does not bother the server.
        if !configuration.securesClients { dial(commands: &commands) }
    }

    private mutating func dial(commands: inout [RelayCommand]) {
        isDialling = true
        commands.append(.dial)
    }

    /// TLS is spoken on a leg.
    mutating func secured(
        _ record: SecuredRecord,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        securities.append(record)
        capture.append(.secured(record), arrival: now)
        guard record.leg == .downstream, phase == .dialling, !isDialling else { return }
        dial(commands: &commands)
    }

    mutating func dialled(
        _ opened: OpenedRecord,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        isDialling = false
        liveLegs.insert(.upstream)
        openedUpstream = opened
        capture.append(.opened(opened), arrival: now)
        guard phase == .dialling else {
            // The client broke off, or the proxy stopped, while the dial was under way.
            commands.append(
                recorder.ending.first?.cause == .reset ? .reset(.upstream) : .close(.upstream)
            )
            return
        }
        phase = .relaying
        // Faults begin with the connection; what was planned meanwhile is part of the plan.
        if let faultPlan {
            for direction in Direction.allCases {
                faults[direction] = chain(faultPlan, direction, at: now)
            }
        }
        let early = held
        held = []
        for buffer in early {
            guard faults[.clientToServer] != nil else {
                forward(buffer, from: .downstream, commands: &commands)
                continue
            }
            disturb(buffer, .clientToServer, at: now, capture: &capture, commands: &commands)
        }
        guard phase == .relaying else { return }
        if clientToServer.isInputClosed {
            passEnd(.clientToServer, at: now, capture: &capture, commands: &commands)
            guard phase == .relaying else { return }
        } else {
            setReading(.clientToServer, commands: &commands)
        }
        setReading(.serverToClient, commands: &commands)
        armFaults(commands: &commands)
    }

    mutating func dialFailed(
        _ failure: DialFailure,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        switch failure.kind {
        case .refused: recorder.ending.note(.server, .upstreamRefused, detail: failure.detail)
        case .unresolved: recorder.ending.note(.server, .upstreamUnresolved, detail: failure.detail)
        case .timeout: recorder.ending.note(.server, .upstreamTimeout, detail: failure.detail)
        case .insecure: recorder.ending.note(.server, .tlsFailure, detail: failure.detail)
        }
        isDialling = false
        guard phase == .dialling else {
            finishIfOver(at: now, capture: &capture, commands: &commands)
            return
        }
        switch configuration.onUpstreamFailure {
        case .reset:
            phase = .ending
            commands.append(.reset(.downstream))
        case .respond:
            phase = .refusing(failure)
            held = []
            if isRequestAtHand || clientToServer.isInputClosed {
                refuse(failure, at: now, capture: &capture, commands: &commands)
            } else {
                commands.append(.setReading(.downstream, true))
            }
        }
    }

    /// TLS has failed on a leg that was there.
    mutating func insecure(
        _ leg: Leg,
        detail: String,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(origin(of: leg), .tlsFailure, detail: detail)
        // In TLS 1.3 a server judges the proxy's certificate when the proxy is done with the handshake
        // (RFC 8446 §4.4.2.4): the client is told as if it had failed at the dial.
        guard leg == .upstream, phase == .relaying, isInHandshake, faults.isEmpty,
            configuration.onUpstreamFailure == .respond,
            recorder.serverToClient.receivedByteCount == 0
        else {
            broken(
                leg,
                isReset: false,
                detail: detail,
                at: now,
                capture: &capture,
                commands: &commands
            )
            return
        }
        let failure = DialFailure(kind: .insecure, detail: detail)
        phase = .refusing(failure)
        if isRequestAtHand || clientToServer.isInputClosed {
            refuse(failure, at: now, capture: &capture, commands: &commands)
        } else {
            commands += [.close(.upstream), .setReading(.downstream, true)]
        }
    }

    /// Answers the request that cannot be passed on (RFC 9110 §15.6.3 and §15.6.5).
    mutating func refuse(
        _ failure: DialFailure,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        let status = failure.kind == .timeout ? "504 Gateway Timeout" : "502 Bad Gateway"
        let body = "wsproxy cannot reach \(configuration.upstream): \(failure.detail)\n"
        let lines = [
            "HTTP/1.1 \(status)", "Content-Type: text/plain; charset=utf-8",
            "Content-Length: \(body.utf8.count)", "Connection: close", "", body,
        ]
        endHandshake(commands: &commands)
        inject(
            Array(lines.joined(separator: "\r\n").utf8),
            on: .downstream,
            cause: "upstream-failure",
            at: now,
            capture: &capture,
            commands: &commands
        )
        closeBothLegs(commands: &commands)
    }

    /// Says that a client speaks TLS where none is spoken: what it sends goes on as it is, and nobody sees
    /// frames in it.
    private func noteClientHello(
        _ buffer: ByteBuffer,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        // A handshake record's type and version (RFC 8446 §5.1), as the first bytes of all.
        guard recorder.received(.clientToServer) == ByteOffset(buffer.readableBytes),
            buffer.readableBytesView.starts(with: [22, 3])
        else { return }
        let notice = NoticeRecord(
            topic: NoticeRecord.tlsTopic,
            text: "The client of \(connection) speaks TLS where none is spoken: its bytes pass as "
                + "they are, and no frames are seen in them; give the proxy --tls-cert and --tls-key."
        )
        capture.append(.notice(notice), arrival: now)
    }

    /// Takes bytes of the handshake: a fault may answer the upgrade, and with its answer frames begin.
    mutating func shakeHands(
        _ buffer: ByteBuffer,
        from leg: Leg,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        if leg == .downstream { noteClientHello(buffer, at: now, capture: &capture) }
        if let refusal = refusal(at: now) {
            return refuse(refusal, at: now, capture: &capture, commands: &commands)
        }
        if recorder.isAnswered { endHandshake(commands: &commands) }
        guard let start = recorder.framesStart else {
            if forwardedFor != nil, leg == .downstream {
                return passHeads(buffer, at: now, capture: &capture, commands: &commands)
            }
            return pass(buffer, from: leg, at: now, capture: &capture, commands: &commands)
        }
        awaitsFrames = false
        guard needsFrames else {
            return pass(buffer, from: leg, at: now, capture: &capture, commands: &commands)
        }
        // The answer goes on before faults on messages begin; frames may stand behind it already.
        let before = recorder.received(leg.inbound) - ByteOffset(buffer.readableBytes)
        var rest = buffer
        let headCount = Int(clamping: start.server - min(before, start.server))
        let head = rest.readSlice(length: min(headCount, rest.readableBytes))
        if let head, head.readableBytes > 0 {
            pass(head, from: leg, at: now, capture: &capture, commands: &commands)
        }
        beginFrames(.serverToClient, at: start.server, now: now, capture: &capture, &commands)
        beginFrames(
            .clientToServer,
            at: recorder.received(.clientToServer),
            now: now,
            capture: &capture,
            &commands
        )
        if rest.readableBytes > 0 {
            pass(rest, from: leg, at: now, capture: &capture, commands: &commands)
        }
        armFaults(commands: &commands)
    }

    /// What an upgrade is answered that has come with these bytes, when a fault wants it refused.
    private mutating func refusal(at now: Instant) -> Refusal? {
        guard phase == .relaying || phase == .dialling, let target = recorder.upgradeTarget else {
            hasPassedUpgrade = false
            return nil
        }
        guard !hasPassedUpgrade else { return nil }
        hasPassedUpgrade = true
        return faultPlan?.refusal(of: connection, path: target, at: now)
    }

    /// Answers the upgrade in place of the server, because a fault wants it.
    private mutating func refuse(
        _ refusal: Refusal,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        recorder.ending.note(.proxy, .fault, detail: refusal.cause)
        faultCounts[refusal.cause, default: 0] &+= 1
        let lines = [
            "HTTP/1.1 \(refusal.status) Refused", "Content-Type: text/plain; charset=utf-8",
            "Content-Length: \(refusal.body.utf8.count)", "Connection: close", "", refusal.body,
        ]
        endHandshake(commands: &commands)
        inject(
            Array(lines.joined(separator: "\r\n").utf8),
            on: .downstream,
            cause: refusal.cause,
            at: now,
            capture: &capture,
            commands: &commands
        )
        closeBothLegs(commands: &commands)
    }

    mutating func endHandshake(commands: inout [RelayCommand]) {
        guard isInHandshake else { return }
        isInHandshake = false
        commands.append(.handshakeEnded)
    }

    /// The client has to speak TLS, and does not yet.
    private var awaitsClientHandshake: Bool {
        configuration.securesClients && !securities.contains { $0.leg == .downstream }
    }

    mutating func handshakeTimeout(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard isInHandshake, phase != .ending else { return }
        // A partition is silent: whoever waits behind it is not told that it took too long.
        let isPartitioned = Direction.allCases.contains {
            faultPlan?.isPartitioned($0) == true
        }
        guard !isPartitioned || phase != .relaying else { return }
        let isUpstreamSilent = recorder.isAwaitingAnswer
        recorder.ending.note(
            isUpstreamSilent ? .server : .client,
            .handshakeTimeout,
            detail: isUpstreamSilent
                ? "the server did not answer"
                : awaitsClientHandshake && !awaitsHeader
                    ? "the client did not finish the TLS handshake"
                    : "the client sent no whole \(awaitsHeader ? "PROXY header" : "request")"
        )
        guard isUpstreamSilent, recorder.serverToClient.receivedByteCount == 0 else {
            closeBothLegs(commands: &commands)
            return
        }
        refuse(
            DialFailure(kind: .timeout, detail: "no answer to the handshake in time"),
            at: now,
            capture: &capture,
            commands: &commands
        )
    }
}
