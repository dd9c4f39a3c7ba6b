import Glibc

/// A client and a server that have shaken hands through a proxy (RFC 6455 §4); both ends live in
/// this process.
struct WebSocketPair {
    let client: Socket
    let server: Socket

    /// The longest that a proxy may take for one step, in milliseconds.
    static let patience: Int32 = 10_000

    /// Opens a WebSocket through the proxy at `port` to the server that listens at `listener`.
    ///
    /// With `port` being the listener's own the pair is direct.
    init(through port: UInt16, to listener: Socket) throws {
        guard let client = try Socket.connected(to: port) else {
            throw BenchError(
                .failed,
                "The proxy refused a connection at 127.0.0.1:\(port): \(SystemError.current)."
            )
        }
        try client.sendAll(HandshakeHead.request(port: port))

        guard try listener.isReady(before: client, within: Self.patience) else {
            throw BenchError(
                .failed,
                "The proxy answered instead of asking the server; the client got:\n"
                    + (try client.receiveHead(within: Self.patience).text)
            )
        }
        let server = try listener.accepted(within: Self.patience)
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
        client.becomeNonblocking()
        server.becomeNonblocking()
        self.client = client
        self.server = server
    }
}

extension Socket {
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
            guard bytes.count < HandshakeHead.bytesMax, try isReady(POLLIN, within: milliseconds),
                case .bytes(let count) = try piece.withUnsafeMutableBytes({ try receive(into: $0) })
            else {
                throw BenchError(.failed, "A handshake did not come through the proxy.")
            }
            bytes += piece.prefix(count)
        }
        return HandshakeHead(text: String(decoding: bytes, as: UTF8.self))
    }
}
