/// The text of an HTTP/1.1 request or response up to its blank line (RFC 6455 §4.1, §4.2).
struct HandshakeHead {
    var text: String

    /// The longest head that is read, in bytes.
    static let bytesMax = 16_384

    /// The nonce of RFC 6455 §1.3's example; a benchmark has nobody to surprise with another one.
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    /// The answer that the same section works out for it.
    static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    /// What a client sends to the proxy at `port` to open a WebSocket.
    static func request(port: UInt16) -> HandshakeHead {
        HandshakeHead(lines: [
            "GET /bench HTTP/1.1",
            "Host: 127.0.0.1:\(port)",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: \(key)",
        ])
    }

    /// What a server answers to open it.
    static var response: HandshakeHead {
        HandshakeHead(lines: [
            "HTTP/1.1 101 Switching Protocols",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Accept: \(accept)",
        ])
    }

    init(text: String) {
        self.text = text
    }

    /// The value of a header; names compare without case.
    func value(of name: String) -> String? {
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"),
                line[..<colon].lowercased() == name.lowercased()
            else { continue }
            return String(line[line.index(after: colon)...].drop(while: { $0 == " " }))
        }
        return nil
    }

    private init(lines: [String]) {
        text = lines.joined(separator: "\r\n") + "\r\n\r\n"
    }
}
