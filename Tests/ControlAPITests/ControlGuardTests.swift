import ControlAPI
import Testing
import Vocabulary

@Suite struct ControlGuardTests {
    private func status(
        _ address: String,
        token: String? = nil,
        host: String? = "localhost:8474",
        origin: String? = nil,
        authorization: String? = nil
    ) -> Int? {
        let callers = ControlGuard(
            address: Endpoint(address) ?? Endpoint(host: "", port: 0),
            token: token
        )
        return callers.refusal(
            of: ControlRequest(
                method: "GET",
                path: "/proxies",
                host: host,
                origin: origin,
                authorization: authorization
            )
        )?.status
    }

    @Test(arguments: ["localhost:8474", "127.0.0.1", "127.0.0.1:1", "[::1]:8474", "localhost"])
    func `this machine may call`(host: String) {
        #expect(status("127.0.0.1:8474", host: host) == nil)
    }

    @Test(arguments: [
        "evil.example:8474", "localhost.evil.example", "127.0.0.1.evil.example:8474",
        "127.evil.example", "10.0.0.1:8474", "",
    ])
    func `a page that reaches loopback under another name may not`(host: String) {
        #expect(status("127.0.0.1:8474", host: host) == 403)
    }

    @Test func `another site's page may not`() {
        #expect(status("127.0.0.1:8474", origin: "http://evil.example") == 403)
        #expect(status("127.0.0.1:8474", origin: "null") == 403)
        #expect(status("127.0.0.1:8474", origin: "http://localhost:8474") == nil)
    }

    @Test func `elsewhere the token counts, and any name of the machine`() {
        #expect(status("0.0.0.0:8474", token: "s", host: "wsproxy:8474") == 401)
        #expect(
            status("0.0.0.0:8474", token: "s", host: "wsproxy:8474", authorization: "Bearer x")
                == 401
        )
        #expect(
            status("0.0.0.0:8474", token: "s", host: "wsproxy:8474", authorization: "Bearer s")
                == nil
        )
        #expect(status("0.0.0.0:8474", host: "wsproxy:8474") == nil)
    }

    @Test(arguments: [
        ("Bearer s", nil), ("bearer s", nil), ("BEARER s", nil), ("s", 401), ("Bearer", 401),
        ("Bearer ", 401), ("Bearer s ", 401), ("Basic s", 401), ("Bearer S", 401), ("", 401),
    ])
    func `the token is compared whole, its scheme as one likes`(
        authorization: String,
        expected: Int?
    ) {
        let found = status("0.0.0.0:8474", token: "s", authorization: authorization)
        #expect(found == expected)
    }
}
