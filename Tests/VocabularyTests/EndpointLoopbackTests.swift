import Testing
import Vocabulary

@Suite struct EndpointLoopbackTests {
    @Test(arguments: [
        "localhost", "LocalHost", "::1", "127.0.0.1", "127.0.0.0", "127.255.255.255",
    ])
    func `only this machine reaches these`(host: String) {
        #expect(Endpoint(host: host, port: 1).isLoopback)
    }

    @Test(arguments: [
        "", "127", "127.1", "127.0.0.1.", "127.0.0.1.evil.example", "127.evil.example",
        "127.0.0.256", "127.0.0.+1", "127.0.0.", "127.0.0.0001", "127..0.1", "128.0.0.1",
        "0.0.0.0", "::", "::2", "localhost.evil.example", "10.127.0.1",
    ])
    func `others may reach these, or say where they lead`(host: String) {
        #expect(!Endpoint(host: host, port: 1).isLoopback)
    }
}
