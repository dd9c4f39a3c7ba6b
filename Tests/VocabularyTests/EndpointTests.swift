import Testing
import Vocabulary

@Suite struct EndpointTests {
    @Test(arguments: [
        ("127.0.0.1:8000", "127.0.0.1", 8000), ("[::1]:80", "::1", 80), (":9", "0.0.0.0", 9),
        ("dashboard-behind:65535", "dashboard-behind", 65_535),
    ])
    func `is read from host and port`(text: String, host: String, port: Int) {
        #expect(Endpoint(text) == Endpoint(host: host, port: port))
    }

    @Test(arguments: ["", "host", "host:", "host:65536", "host:x", "::1:80", "a b:1", "host:-1"])
    func `what is none is refused`(text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test(arguments: [
        ("ws://a:1", "a:1"), ("ws://a", "a:80"), ("http://[::1]:8/", "[::1]:8"),
        ("WS://a:2", "a:2"), ("wss://a", "a:443"), ("https://a:1", "a:1"),
        ("wss://[::1]", "[::1]:443"),
    ])
    func `upstreams are URLs`(text: String, endpoint: String) throws {
        #expect(try UpstreamURL(text).endpoint.description == endpoint)
    }

    @Test(arguments: [
        "http//x", "ws://", "ftp://x", "wss://x/path", "ws://a:1/path", "ws://:80", "ws://u@h:1",
        "ws://a:0", "a:1",
    ])
    func `wrong upstreams are named with the way out`(text: String) {
        #expect {
            try UpstreamURL(text)
        } throws: { error in
            let error = error as? OperatorError
            return error?.failure == .usage && error?.sentence.contains("'\(text)'") == true
                && error?.sentence.contains("ws://") == true
        }
    }
}
