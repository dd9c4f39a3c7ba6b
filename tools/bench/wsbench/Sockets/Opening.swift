import Glibc

/// A connection that is being opened through a proxy.
///
/// One thread is both ends, and a proxy may turn to the server before, while or after it shakes
/// hands with the client; without a proxy the two ends shake hands with each other. So both are
/// served whenever something comes for them.
struct Opening {
    let client: Endpoint
    private let listener: Socket
    private let tls: TLSEnds?
    private var server: Endpoint?

    /// Connects the client to the proxy.
    init(through port: UInt16, to listener: Socket, tls: TLSEnds?) throws {
        guard let socket = try Socket.connected(to: port) else {
            throw BenchError(
                .failed,
                "The proxy refused a connection at 127.0.0.1:\(port): \(SystemError.current)."
            )
        }
        client = Endpoint(socket, try tls?.client.session())
        self.listener = listener
        self.tls = tls
        try client.shakeHands()
    }

    /// Waits until the client may send its request.
    mutating func waitForClient() throws {
        while !client.isOpen {
            let ready = try look()
            if ready.client { try client.shakeHands() }
            if ready.server { try serve() }
        }
    }

    /// Waits until the proxy has connected to the server, which then waits for the request.
    mutating func waitForServer() throws -> Endpoint {
        while true {
            if let server, server.isOpen { return server }
            let ready = try look()
            // Tickets come to the client, too (RFC 8446 §4.6.1): only bytes of HTTP are an answer.
            if ready.client && !ready.server { try client.expectSilence() }
            if ready.server { try serve() }
        }
    }

    /// Takes the connection to the server, or goes on with its handshake.
    private mutating func serve() throws {
        if let server { return try server.shakeHands() }
        server = Endpoint(
            try listener.accepted(within: WebSocketPair.patience),
            try tls?.server.session()
        )
        try server?.shakeHands()
    }

    /// Waits until something has come.
    private func look() throws -> (client: Bool, server: Bool) {
        var polls = [client.descriptor, server?.descriptor ?? listener.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let count = poll(&polls, 2, WebSocketPair.patience)
        try Interruption.check()
        guard count > 0 else {
            throw BenchError(
                .failed,
                client.isOpen
                    ? "The proxy did not open its connection to the sink in time."
                    : "The proxy did not finish the TLS handshake in time."
            )
        }
        return (polls[0].revents != 0, polls[1].revents != 0)
    }
}

extension Endpoint {
    /// Throws when the proxy answers by itself, with what it said.
    fileprivate func expectSilence() throws {
        var piece = [UInt8](repeating: 0, count: HandshakeHead.bytesMax)
        let text: String
        switch try piece.withUnsafeMutableBytes({ try receive(into: $0) }) {
        case .nothing: return
        case .end: text = "(the end of the connection)"
        case .bytes(let count): text = String(decoding: piece.prefix(count), as: UTF8.self)
        }
        throw BenchError(
            .failed,
            "The proxy answered instead of asking the server; the client got:\n\(text)"
        )
    }
}
