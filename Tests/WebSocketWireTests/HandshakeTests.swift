import Testing
import WebSocketWire

@Suite struct HandshakeTests {
    @Test func `computes the accept value of RFC 6455 §1.3`() {
        #expect(Handshake.accept(key: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `finds nothing wrong with a right handshake`() throws {
        let handshake = try Self.handshake()
        #expect(handshake.isAccepted)
        #expect(handshake.problems == [])
    }

    @Test(arguments: [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", "Version is 8"),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "no Sec-WebSocket-Key"),
        ("Host: a\r\n", "", "no Host"),
        (
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Accept: x",
            "Accept is x"
        ),
        (
            "Connection: Upgrade\r\nSec-WebSocket-Accept", "Sec-WebSocket-Accept",
            "no 'Connection: Upgrade'"
        ),
        (
            "Sec-WebSocket-Protocol: b\r\n\r\n", "Sec-WebSocket-Protocol: c\r\n\r\n",
            "subprotocol 'c'"
        ),
        ("Sec-WebSocket-Extensions: d; y", "Sec-WebSocket-Extensions: e; y", "extension 'e'"),
    ])
    func `names what breaks the RFC`(right: String, wrong: String, problem: String) throws {
        let handshake = try Self.handshake { $0.replacing(right, with: wrong) }
        #expect(handshake.problems.count == 1)
        #expect(handshake.problems.first?.contains(problem) == true)
    }

    @Test func `a refusal is no acceptance`() throws {
        let refused = try Self.handshake {
            $0.replacing("101 Switching Protocols", with: "401 Unauthorized")
        }
        #expect(!refused.isAccepted)
        #expect(refused.problems == [])
    }

    private static func handshake(_ change: (String) -> String = { $0 }) throws -> Handshake {
        let request = """
            GET /ws?x=1 HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: d; x=1\r\n\r\n
            """
        let response = """
            HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: d; y\r\n\
            Sec-WebSocket-Protocol: b\r\n\r\n
            """
        return Handshake(request: try head(change(request)), response: try head(change(response)))
    }

    private static func head(_ text: String) throws -> HTTPHead {
        var scanner = HTTPScanner()
        var position = 0
        let part = try scanner.next(in: Array(text.utf8).span.bytes, from: &position)
        return try #require(part?.head)
    }
}
