import ReferencePeers
import Testing

struct WebSocketURLTests {
    @Test(arguments: [
        ("ws://127.0.0.1:8000/ws", "ws://127.0.0.1:8000/ws"),
        ("WS://dashboard", "ws://dashboard:80/"),
        ("ws://[::1]:9/a/b?c=d", "ws://[::1]:9/a/b?c=d"),
        ("ws://host:9?c", "ws://host:9/?c"),
    ])
    func `host, port and target are read, with their defaults`(text: String, expected: String) {
        #expect(WebSocketURL(parsing: text)?.description == expected)
    }

    @Test(arguments: [
        "", "ws://", "ws:///ws", "wss://host/ws", "http://host/ws", "host:80", "ws://host:0/",
        "ws://host:99999/", "ws://user@host/", "ws://host/#part", "ws://host/a b",
        "ws://host/a\r\nX: y", "ws://höst/",
    ])
    func `anything else is refused`(text: String) {
        #expect(WebSocketURL(parsing: text) == nil)
    }
}
