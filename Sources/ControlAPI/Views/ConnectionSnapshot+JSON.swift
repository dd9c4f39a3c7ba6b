internal import Telemetry
internal import Vocabulary

extension ConnectionSnapshot {
    /// As it is shown.
    func json(of proxy: String) -> String {
        JSONText.object([
            ("id", JSONText.quoted(id.description)), ("proxy", JSONText.quoted(proxy)),
            ("state", JSONText.quoted(state.rawValue)), ("websocket", String(isWebSocket)),
            ("opened", JSONText.quoted(opened.description)),
            ("client", JSONText.quoted(client)), ("server", JSONText.quoted(server)),
            ("client_tls", JSONText.quoted(clientTLS)), ("server_tls", JSONText.quoted(serverTLS)),
            ("host", JSONText.quoted(host)), ("path", JSONText.quoted(target)),
            ("subprotocol", JSONText.quoted(subprotocol)),
            ("extensions", JSONText.quoted(extensions)),
            ("client_to_server", clientToServer.json), ("server_to_client", serverToClient.json),
            ("faults", JSONText.array(faults.map(JSONText.quoted))),
        ])
    }
}

extension FlowTally {
    /// As it is shown.
    var json: String {
        JSONText.object([
            ("frames", String(frames.frameCount)), ("messages", String(frames.messageCount)),
            ("payload_bytes", String(frames.payloadByteCount)),
            ("received_bytes", String(receivedByteCount)),
            ("forwarded_bytes", String(forwardedByteCount)),
        ])
    }
}

extension CaptureSnapshot {
    /// As it is shown.
    func json(of proxy: String) -> String {
        JSONText.object([
            ("proxy", JSONText.quoted(proxy)), ("path", JSONText.quoted(path)),
            ("bytes", String(byteCount)), ("ordinal", String(ordinal)), ("loop", String(loop)),
            ("started", JSONText.quoted(started.description)),
            ("state", JSONText.quoted(state.rawValue)),
        ])
    }
}
