internal import CaptureFormat
internal import Vocabulary
internal import WebSocketWire

// How a connection begins: the dial, the HTTP exchange, the upgrade, and what goes wrong with them.
extension Relay {
    mutating func accepted(
        local: String,
        remote: String,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        liveLegs.insert(.downstream)
        let opened = OpenedRecord(
            connection: connection,
            leg: .downstream,
            local: local,
            remote: remote
        )
        openedDownstream = opened
        capture.append(.opened(opened), arrival: now)
        isDialling = true
        commands.append(.dial)
    }

    mutating func dialled(
        local: String,
        remote: String,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        isDialling = false
        liveLegs.insert(.upstream)
        let opened = OpenedRecord(
            connection: connection,
            leg: .upstream,
            local: local,
            remote: remote,
            target: configuration.upstream
        )
        openedUpstream = opened
        capture.append(.opened(opened), arrival: now)
        guard phase == .dialling else {
            // The client broke off, or the proxy stopped, while the dial was under way.
            commands.append(ending?.cause == .reset ? .reset(.upstream) : .close(.upstream))
            return
        }
        phase = .relaying
        for buffer in held { forward(buffer, from: .downstream, commands: &commands) }
        held = []
        if clientToServer.isInputClosed {
            commands.append(.closeOutput(.upstream))
        } else {
            commands.append(.setReading(.downstream, true))
        }
        commands.append(.setReading(.upstream, true))
    }

    mutating func dialFailed(
        _ failure: DialFailure,
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        switch failure.kind {
        case .refused: note(.server, .upstreamRefused, detail: failure.detail)
        case .unresolved: note(.server, .upstreamUnresolved, detail: failure.detail)
        case .timeout: note(.server, .upstreamTimeout, detail: failure.detail)
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
            if !requests.isEmpty || clientToServer.mode != .http || clientToServer.isInputClosed {
                refuse(failure, at: now, capture: &capture, commands: &commands)
            } else {
                commands.append(.setReading(.downstream, true))
            }
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

    /// A request's head is whole.
    mutating func requestHead(_ head: HTTPHead) {
        guard head.isRequest, requests.count < Self.pipelinedRequestCountMax else {
            clientToServer.mode = .opaque
            return
        }
        requests.append(head)
        if head.isWebSocketUpgrade {
            clientToServer.mode = .early
            return
        }
        do throws(WireError) {
            clientToServer.http.expect(try HTTPBody.ofRequest(head))
        } catch {
            clientToServer.mode = .opaque
        }
    }

    /// A response's head is whole.
    mutating func responseHead(
        _ head: HTTPHead,
        context: RecordingContext,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard let status = head.status, let request = requests.first else {
            serverToClient.mode = .opaque
            return
        }
        if (100..<200).contains(status), status != 101 {
            // RFC 9110 §15.2: an interim answer; the final one is still to come.
            serverToClient.http.expect(.none)
            return
        }
        requests.removeFirst()
        if request.isWebSocketUpgrade {
            answered(
                Handshake(request: request, response: head),
                context: context,
                capture: &capture
            )
        }
        endHandshake(commands: &commands)
        if status == 101 || (request.method == "CONNECT" && (200..<300).contains(status)) {
            switchProtocols(
                isWebSocket: request.isWebSocketUpgrade,
                context: context,
                capture: &capture
            )
            return
        }
        do throws(WireError) {
            serverToClient.http.expect(try HTTPBody.ofResponse(head, to: request.method))
        } catch {
            serverToClient.mode = .opaque
        }
    }

    private mutating func answered(
        _ handshake: Handshake,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        let record = HandshakeRecord(
            connection: connection,
            isAccepted: handshake.response.status == 101,
            target: handshake.request.target,
            host: handshake.request["Host"] ?? "",
            status: UInt32(clamping: handshake.response.status ?? 0),
            subprotocol: handshake.response["Sec-WebSocket-Protocol"] ?? "",
            extensions: handshake.response["Sec-WebSocket-Extensions"] ?? "",
            requestHeaders: fields(of: handshake.request),
            responseHeaders: fields(of: handshake.response),
            problems: handshake.problems,
            clientFramesStart: clientToServer.receivedByteCount
                - ByteOffset(clientToServer.earlyByteCount),
            serverFramesStart: serverToClient.receivedByteCount
        )
        self.handshake = record.encoded()
        capture.append(.handshake(record), arrival: context.now)
        if handshake.response.status != 101, clientToServer.mode == .early {
            // Refused. What the client has sent meanwhile was not understood; a new request may
            // follow.
            clientToServer.mode = clientToServer.earlyByteCount == 0 ? .http : .opaque
            clientToServer.http.expect(.none)
            clientToServer.earlyBytes = []
        }
    }

    private mutating func switchProtocols(
        isWebSocket: Bool,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        guard isWebSocket, clientToServer.mode == .early else {
            clientToServer.mode = .opaque
            serverToClient.mode = .opaque
            return
        }
        clientToServer.mode = .frames
        serverToClient.mode = .frames
        // Nothing of the HTTP exchange is needed any more, and a connection may be idle for days.
        clientToServer.http = HTTPScanner()
        serverToClient.http = HTTPScanner()
        requests = []
        clientToServer.rereadEarlyBytes(context: context, capture: &capture)
    }

    private func fields(of head: HTTPHead) -> [HeaderField] {
        let fields = configuration.keepsSecrets ? head.fields : head.blankedFields
        return fields.map { HeaderField(name: $0.name, value: $0.value) }
    }

    mutating func endHandshake(commands: inout [RelayCommand]) {
        guard isInHandshake else { return }
        isInHandshake = false
        commands.append(.handshakeEnded)
    }

    mutating func handshakeTimeout(
        at now: Instant,
        capture: inout CaptureEncoder,
        commands: inout [RelayCommand]
    ) {
        guard isInHandshake, phase != .ending else { return }
        let isUpstreamSilent = !requests.isEmpty
        note(
            isUpstreamSilent ? .server : .client,
            .handshakeTimeout,
            detail: isUpstreamSilent
                ? "the server did not answer" : "the client sent no whole request"
        )
        guard isUpstreamSilent, serverToClient.receivedByteCount == 0 else {
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
