import Foundation
import Testing

/// Which servers are believed over TLS, and what becomes of connections to the others.
@Suite(.needsPeers, .serialized)
struct TLSUpstreamTests {
    /// A server with a certificate, and a proxy with flags.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        /// The server's options; `nil` for a server without TLS.
        let server: @Sendable (Certificates) -> [String]
        var flags: @Sendable (Certificates) -> [String] = { trusting("ca", $0) }
        var scheme = "wss"
        var host = "127.0.0.1"
        /// What must stand in the reason, for a server that is not believed.
        var reason = ""
        /// What the server must have seen, for one that is.
        var serverName: String?
        var clientCertificate: String?
        var isVerified = true

        var testDescription: String { name }
    }

    private static func trusting(_ authority: String, _ certificates: Certificates) -> [String] {
        ["--upstream-ca", certificates.certificate(authority)]
    }

    private static func client(_ name: String, _ certificates: Certificates) -> [String] {
        trusting("ca", certificates) + [
            "--upstream-cert", certificates.certificate(name), "--upstream-key",
            certificates.key(name),
        ]
    }

    private static func refused(
        _ certificate: String,
        key: String? = nil,
        reason: String
    ) -> Case {
        Case(
            name: certificate,
            server: { $0.showing(certificate, key: key) },
            reason: reason
        )
    }

    static let refused: [Case] = [
        refused("expired", reason: "expired on 2020-02-01"),
        refused("future", reason: "not valid before 2098-01-01"),
        refused("backend", reason: "backend.test"),
        refused("name-only", reason: "name-only"),
        refused("other-server", reason: "not signed by an authority"),
        refused("self-signed", reason: "not signed by an authority"),
        refused("leaf-only", key: "chain", reason: "not signed by an authority"),
        refused("client", reason: "client.test"),
        Case(
            name: "another name than the one that is asked for",
            server: { $0.showing("server") },
            flags: { trusting("ca", $0) + ["--upstream-server-name", "backend.test"] },
            reason: "localhost"
        ),
        Case(
            name: "a name two levels under an asterisk",
            server: { $0.showing("wildcard") },
            flags: { trusting("ca", $0) + ["--upstream-server-name", "a.b.backend.test"] },
            reason: "*.backend.test"
        ),
        Case(name: "a server without TLS", server: { _ in [] }, reason: "does not speak TLS"),
        Case(
            name: "an old version of TLS",
            server: { $0.showing("server") + ["--tls-version", "1.1"] },
            reason: "the server speaks no version of TLS from 1.2 on"
        ),
        Case(
            name: "a client certificate is missing, TLS 1.2",
            server: { $0.showing("server") + $0.trusting() + ["--tls-version", "1.2"] },
            reason: "the server"
        ),
        Case(
            name: "a client certificate is missing, TLS 1.3",
            server: { $0.showing("server") + $0.trusting() + ["--tls-version", "1.3"] },
            reason: "asks for a certificate"
        ),
        Case(
            name: "a client certificate by somebody else, TLS 1.2",
            server: { $0.showing("server") + $0.trusting() + ["--tls-version", "1.2"] },
            flags: { client("other-client", $0) },
            reason: "unknown ca"
        ),
        Case(
            name: "a client certificate by somebody else, TLS 1.3",
            server: { $0.showing("server") + $0.trusting() + ["--tls-version", "1.3"] },
            flags: { client("other-client", $0) },
            reason: "unknown ca"
        ),
    ]

    static let believed: [Case] = [
        Case(name: "an address", server: { $0.showing("server") }),
        Case(
            name: "a name",
            server: { $0.showing("server") },
            host: "localhost",
            serverName: "localhost"
        ),
        Case(
            name: "a name of its own",
            server: { $0.showing("backend") },
            flags: { trusting("ca", $0) + ["--upstream-server-name", "backend.test"] },
            serverName: "backend.test"
        ),
        Case(
            name: "a name under an asterisk",
            server: { $0.showing("wildcard") },
            flags: { trusting("ca", $0) + ["--upstream-server-name", "any.backend.test"] },
            serverName: "any.backend.test"
        ),
        Case(name: "RSA", server: { $0.showing("server-rsa") }),
        Case(name: "a chain", server: { $0.showing("chain") }),
        Case(
            name: "the certificate itself is the authority",
            server: { $0.showing("self-signed") },
            flags: { trusting("self-signed", $0) }
        ),
        Case(
            name: "nobody looks",
            server: { $0.showing("expired") },
            flags: { _ in ["--upstream-insecure"] },
            isVerified: false
        ),
        Case(
            name: "nobody looks at the name",
            server: { $0.showing("backend") },
            flags: { _ in ["--upstream-insecure"] },
            isVerified: false
        ),
        Case(
            name: "a client certificate, TLS 1.2",
            server: { $0.showing("server") + $0.trusting() + ["--tls-version", "1.2"] },
            flags: { client("client", $0) },
            clientCertificate: "client"
        ),
        Case(
            name: "a client certificate, TLS 1.3",
            server: { $0.showing("server") + $0.trusting() + ["--tls-version", "1.3"] },
            flags: { client("client", $0) },
            clientCertificate: "client"
        ),
        Case(
            name: "a client certificate that is not asked for",
            server: { $0.showing("server") },
            flags: { client("client", $0) }
        ),
    ]

    @Test(arguments: refused)
    func `A server that is not believed is 502 with the reason, and recorded`(
        case: Case
    ) async throws {
        try await run(`case`) { answer, _, records in
            let closed = records.closed.map { "\($0.origin ?? "") \($0.cause ?? "")" }
            let told = [answer.body ?? "", records.closed.first?.detail ?? ""]
            return mismatch([answer.status], [502], "answered with")
                + mismatch(closed, ["server tls-failure"], "closed:")
                + told.filter { !$0.contains(`case`.reason) }.map {
                    "'\($0)' does not say '\(`case`.reason)'"
                }
        }
    }

    @Test(arguments: believed)
    func `A server that is believed is asked by its name, and it is recorded`(
        case: Case
    ) async throws {
        try await run(`case`) { answer, arrivals, records in
            let secured = records.secured("upstream")
            return mismatch([answer.echoed], [true], "echoed:")
                + mismatch(arrivals.map(\.serverName), [`case`.serverName], "asked for")
                + mismatch(arrivals.map(\.peer), [`case`.clientCertificate], "showed")
                + mismatch(secured.map(\.verified), [`case`.isVerified], "verified:")
                + mismatch(secured.map(\.serverName), [`case`.serverName ?? ""], "recorded as")
        }
    }

    @Test func `A server that says nothing is 504, and nobody waits longer than is allowed`()
        async throws
    {
        let silent = Case(
            name: "silence",
            server: { _ in ["--silent"] },
            flags: { Self.trusting("ca", $0) + ["--connect-timeout", "300ms"] }
        )
        try await run(silent) { answer, _, records in
            let closed = records.closed.map { "\($0.origin ?? "") \($0.cause ?? "")" }
            return mismatch([answer.status], [504], "answered with")
                + mismatch(closed, ["server upstream-timeout"], "closed:")
                + mismatch(
                    records.closed.map(\.detail),
                    ["no TLS handshake within 0.3 s"],
                    "recorded:"
                )
        }
    }

    /// A proxy of bytes does not judge them: the server's answer to plain HTTP goes to the client.
    @Test func `A plain leg to a server that speaks TLS ends, and is recorded`() async throws {
        let plain = Case(
            name: "TLS behind a plain leg",
            server: { $0.showing("server") },
            flags: { _ in [] },
            scheme: "ws"
        )
        try await run(plain) { answer, arrivals, records in
            (answer.end == "nothing came" ? ["the client waited in vain"] : [])
                + mismatch(arrivals.map(\.end), ["TLS: HTTP_REQUEST"], "the server saw")
                + mismatch([records.closed.count], [1], "connections closed:")
        }
    }

    /// One connection; what is asked for by name is no address (RFC 6066 §3).
    private func run(
        _ case: Case,
        _ findings: (ProbePeers.Answer, [ProbePeers.Arrival], Records) -> [String]
    ) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let server = try await ProbePeers.serve(`case`.server(certificates), in: folder)
            defer { server.stop() }
            let proxy = try await RunningProxy.start(
                upstream: server.port,
                scheme: `case`.scheme,
                host: `case`.host,
                options: `case`.flags(certificates),
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            let answer = try await ProbePeers.dial(proxy.port, in: folder)
            let arrivals = try await server.arrivals(1)
            try await proxy.stop()
            let found = findings(answer, arrivals, try await Records(proxy.capture, in: folder))
            return found.isEmpty ? [] : found + ["the client saw \(answer)"]
        }
    }
}
