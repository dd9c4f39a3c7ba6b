import ReferencePeers
import Testing

struct NetworkAddressTests {
    @Test(arguments: ["127.0.0.1:8000", "localhost:0", "[::1]:65535"])
    func `an address prints as it was read`(text: String) {
        #expect(NetworkAddress(parsing: text)?.description == text)
    }

    @Test(arguments: [
        "", "8000", ":8000", "host", "host:", "host:65536", "host:-1", "host:+1", "host:8 ",
        "::1:80", "[::1", "[]:80", "[::1]80", "host:٣",
    ])
    func `what is not HOST and PORT is refused`(text: String) {
        #expect(NetworkAddress(parsing: text) == nil)
    }
}
