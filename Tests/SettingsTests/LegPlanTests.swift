import ProxyProtocol
import Settings
import Testing
import Transport
import Vocabulary

/// What is said of TLS and of where clients are.
@Suite struct LegPlanTests {
    private static func plan(
        _ flags: [SettingName: String],
        environment: [String: String] = [:]
    ) throws -> ProxyConfiguration {
        var flags = flags
        flags[.upstream] = flags[.upstream] ?? "ws://a:1"
        let sheet = SettingSheet(flags: flags, environment: { environment[$0] })
        return try ProxyPlan(sheet).proxy
    }

    @Test func `nothing is spoken or said unless it was asked for`() throws {
        let plan = try Self.plan([:])
        #expect(plan.security == LegSecurity())
        #expect(plan.addresses == AddressForwarding())
    }

    @Test func `either leg speaks TLS alone, or both`() throws {
        let pair: [SettingName: String] = [.tlsCert: "c", .tlsKey: "k"]
        let listener = ListenerSecurity(certificate: "c", key: "k")
        #expect(try Self.plan(pair).security == LegSecurity(downstream: listener))
        let secure = try Self.plan([.upstream: "wss://a"])
        #expect(secure.security == LegSecurity(upstream: UpstreamSecurity()))
        #expect(secure.upstream.port == 443)
        let both = try Self.plan(pair.merging([.upstream: "wss://a"]) { first, _ in first })
        #expect(both.security == LegSecurity(downstream: listener, upstream: UpstreamSecurity()))
    }

    @Test func `a server is asked for, verified and answered as was said`() throws {
        let plan = try Self.plan([
            .upstream: "wss://a:1", .upstreamCA: "ca", .upstreamServerName: "n",
            .upstreamCert: "c", .upstreamKey: "k",
        ])
        let expected = UpstreamSecurity(
            authorities: "ca",
            serverName: "n",
            identity: ListenerSecurity(certificate: "c", key: "k")
        )
        #expect(plan.security.upstream == expected)
        let blind = try Self.plan([.upstream: "wss://a:1", .upstreamInsecure: "true"])
        #expect(blind.security.upstream?.isVerified == false)
    }

    @Test(
        arguments: [
            ([.tlsCert: "c"], "--tls-key"), ([.tlsKey: "k"], "--tls-cert"),
            ([.upstreamCA: "ca"], "wss://"), ([.upstreamInsecure: "true"], "wss://"),
            ([.upstreamServerName: "n"], "wss://"), ([.upstreamCert: "c"], "wss://"),
            ([.upstream: "wss://a", .upstreamCert: "c"], "--upstream-key"),
            ([.upstream: "wss://a", .upstreamKey: "k"], "--upstream-cert"),
            ([.upstream: "wss://a", .upstreamServerName: ""], "--upstream-server-name"),
            ([.upstream: "wss://a", .upstreamServerName: "a b"], "--upstream-server-name"),
            (
                [.upstream: "wss://a", .upstreamInsecure: "true", .upstreamCA: "ca"],
                "--upstream-ca"
            ),
            ([.keylog: "keys"], "--keylog"),
            ([.acceptProxyProtocol: ""], "--accept-proxy-protocol"),
            ([.acceptProxyProtocol: "10.0.0.0/33"], "from 0 to 32"),
            ([.acceptProxyProtocol: "any,::1"], "alone"), ([.acceptProxyProtocol: "lan"], "lan"),
            ([.sendProxyProtocol: "3"], "v1, v2"), ([.sendProxyProtocol: ""], "v1, v2"),
            ([.forwardedFor: "perhaps"], "--forwarded-for"),
        ] as [([SettingName: String], String)]
    )
    func `what makes no sense is refused, and the sentence says what would`(
        flags: [SettingName: String],
        words: String
    ) throws {
        let error = #expect(throws: OperatorError.self) { try Self.plan(flags) }
        #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
        #expect(error?.failure == .usage)
    }

    @Test func `the variable that programs share counts where TLS is spoken`() throws {
        let environment = ["SSLKEYLOGFILE": "keys"]
        #expect(try Self.plan([:], environment: environment).security.keyLog == nil)
        let secure: [SettingName: String] = [.upstream: "wss://a"]
        #expect(try Self.plan(secure, environment: environment).security.keyLog == "keys")
        let own = secure.merging([.keylog: "own"]) { first, _ in first }
        #expect(try Self.plan(own, environment: environment).security.keyLog == "own")
    }

    @Test func `where clients are is believed and told as was said`() throws {
        let plan = try Self.plan(
            [.acceptProxyProtocol: "10.0.0.0/8, ::1", .sendProxyProtocol: "v2"],
            environment: ["WSCAP_FORWARDED_FOR": "yes", "WSCAP_SEND_PROXY_PROTOCOL": "v1"]
        )
        #expect(plan.addresses.believed == (try TrustedSources("10.0.0.0/8,::1")))
        #expect(plan.addresses.header == .two)
        #expect(plan.addresses.addsForwardedFor)
        #expect(try Self.plan([.sendProxyProtocol: "v1"]).addresses.header == .one)
        #expect(try Self.plan([.acceptProxyProtocol: "any"]).addresses.believed == .any)
    }
}
