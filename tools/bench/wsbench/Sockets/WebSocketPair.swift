import Glibc

/// A client and a server that have shaken hands through a proxy (RFC 6455 §4); both ends live in
/// this process.
struct WebSocketPair {
    let client: Endpoint
    let server: Endpoint

    /// The longest that a proxy may take for one step, in milliseconds.
    static let patience: Int32 = 10_000

    /// Opens a WebSocket through the proxy at `port` to the server that listens at `listener`, with
    /// TLS on both legs when there is one for the ends.
    ///
    /// With `port` being the listener's own the pair is direct.
    init(through port: UInt16, to listener: Socket, tls: TLSEnds?) throws {
        var opening = try Opening(through: port, to: listener, tls: tls)
        try opening.waitForClient()
        let client = opening.client
        try client.sendAll(HandshakeHead.request(port: port))

        let server = try opening.waitForServer()
        let request = try server.receiveHead(within: Self.patience)
        guard request.value(of: "Upgrade") == "websocket",
            request.value(of: "Sec-WebSocket-Key") == HandshakeHead.key
        else {
            throw BenchError(
                .failed,
                "The proxy did not forward the WebSocket upgrade; the server got:\n\(request.text)"
            )
        }
        try server.sendAll(HandshakeHead.response)

        let response = try client.receiveHead(within: Self.patience)
        guard response.text.hasPrefix("HTTP/1.1 101 "),
            response.value(of: "Sec-WebSocket-Accept") == HandshakeHead.accept
        else {
            throw BenchError(
                .failed,
                "The proxy did not open the WebSocket; the client got:\n\(response.text)"
            )
        }
        self.client = client
        self.server = server
    }

    /// TLS of both ends; nil without TLS.
    var tls: (client: TLSSession, server: TLSSession)? {
        guard let client = client.tls, let server = server.tls else { return nil }
        return (client, server)
    }

    /// What TLS has agreed on; nil without TLS.
    var legs: TLSLegs? {
        tls.map { TLSLegs(downstream: $0.client.agreement, upstream: $0.server.agreement) }
    }
}

extension Endpoint {
    /// Sends a handshake head; it is far smaller than any socket buffer.
    fileprivate func sendAll(_ head: HandshakeHead) throws {
        try Array(head.text.utf8).withUnsafeBytes { bytes in
            guard case .bytes(bytes.count) = try send(bytes) else {
                throw BenchError(.failed, "A handshake could not be sent: \(SystemError.current).")
            }
        }
    }

    /// Receives up to the blank line; nothing follows it before the other end has answered.
    fileprivate func receiveHead(within milliseconds: Int32) throws -> HandshakeHead {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            switch try piece.withUnsafeMutableBytes({ try receive(into: $0) }) {
            case .bytes(let count) where bytes.count < HandshakeHead.bytesMax:
                bytes += piece.prefix(count)
            case .nothing where try socket.isReady(POLLIN, within: milliseconds):
                break
            case .bytes, .nothing, .end:
                throw BenchError(.failed, "A handshake did not come through the proxy.")
            }
        }
        return HandshakeHead(text: String(decoding: bytes, as: UTF8.self))
    }
}
