import Foundation
import Testing

/// Clients that speak TLS with a proxy, those that should and do not, and the other way round.
@Suite(.needsPeers, .serialized)
struct TLSListenerTests {
    /// A client and a listener that do not go together.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        /// The proxy's certificate; `nil` for a plain port.
        var listener: String?
        /// Whether the client speaks TLS.
        var isSecured = false
        /// Further options of the client.
        var options: [String] = []
        /// How long the proxy waits for a handshake.
        var patience = "5s"
        /// How the connection must have ended.
        var closed = "client tls-failure"
        /// What the record must say, where the two do not come to terms.
        var reason = ""

        var testDescription: String { name }
    }

    static let unequal: [Case] = [
        Case(
            name: "plain HTTP where TLS is spoken",
            listener: "server",
            reason: "the client speaks plain HTTP where TLS is spoken"
        ),
        Case(
            name: "noise where TLS is spoken",
            listener: "server",
            options: ["--preface", "ffffffffffffffffffffffffffffffff"],
            reason: "the client does not speak TLS"
        ),
        Case(
            name: "silence where TLS is spoken",
            listener: "server",
            options: ["--silent"],
            patience: "300ms",
            closed: "client handshake-timeout",
            reason: "the client did not finish the TLS handshake"
        ),
        Case(
            name: "half a handshake",
            listener: "server",
            // The beginning of a ClientHello that is 512 bytes long.
            options: ["--silent", "--preface", "160301020001"],
            patience: "300ms",
            closed: "client handshake-timeout",
            reason: "the client did not finish the TLS handshake"
        ),
        Case(
            name: "an old version of TLS",
            listener: "server",
            isSecured: true,
            options: ["--tls-version", "1.1"],
            reason: "the client speaks no version of TLS from 1.2 on"
        ),
        Case(
            name: "a client that does not believe the proxy",
            listener: "other-server",
            isSecured: true,
            reason: "the client does not trust the proxy's certificate (unknown ca)"
        ),
        Case(
            name: "a client that finds another name",
            listener: "backend",
            isSecured: true,
            reason: "the client does not trust the proxy's certificate ("
        ),
    ]

    @Test(arguments: unequal)
    func `A client that does not come to terms is told of once, and nobody waits`(
        case: Case
    ) async throws {
        try await relayed(`case`) { answer, seen, proxy in
            let records = try await Records(proxy.capture, in: proxy.folder)
            let closed = records.closed.map { "\($0.origin ?? "") \($0.cause ?? "")" }
            let detail = records.closed.first?.detail ?? ""
            return mismatch([answer.status], [nil], "answered with")
                + (answer.end == "nothing came" ? ["the client waited in vain"] : [])
                + mismatch(closed, [`case`.closed], "closed:")
                + (detail.contains(`case`.reason) ? [] : ["'\(detail)' was recorded"])
                + mismatch(records.secured("downstream").map(\.version), [], "secured:")
                + (seen.isEmpty ? [] : ["the server was dialled: \(seen)"])
        }
    }

    /// A proxy of bytes does not judge them: what is not HTTP goes on to the server.
    @Test func `A client that speaks TLS on a plain port does not wait, and that is noted`()
        async throws
    {
        try await relayed(Case(name: "TLS on a plain port", isSecured: true)) { answer, _, proxy in
            let records = try await Records(proxy.capture, in: proxy.folder)
            let notices = records.of("notice").filter { $0.topic == "tls" }.map { $0.text ?? "" }
            return mismatch([answer.status], [nil], "answered with")
                + (answer.end == "nothing came" ? ["the client waited in vain"] : [])
                + mismatch([records.closed.count], [1], "connections closed:")
                + mismatch([notices.count], [1], "notices:")
                + notices.filter { !$0.contains("speaks TLS where none is spoken") }
        }
    }

    @Test(arguments: ["server", "server-rsa", "chain"])
    func `A client sees the certificate and those that lead to its authority`(
        certificate: String
    ) async throws {
        let both = Case(name: certificate, listener: certificate, isSecured: true)
        try await relayed(both) { answer, seen, proxy in
            let records = try await Records(proxy.capture, in: proxy.folder)
            let agreed = records.secured("downstream")
            return mismatch([answer.peer], [certificate], "certificate:")
                + mismatch([answer.echoed], [true], "echoed:")
                + mismatch(agreed.map(\.version), [answer.tls], "recorded:")
                + (seen.first?.tls == nil ? [] : ["the server's leg spoke TLS, too"])
        }
    }

    /// A proxy that has stopped, with the folder of its test.
    struct Stopped {
        let capture: URL
        let folder: URL
    }

    /// One connection of a client through a proxy to a plain server.
    private func relayed(
        _ case: Case,
        _ findings: (ProbePeers.Answer, [ProbePeers.Arrival], Stopped) async throws -> [String]
    ) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let server = try await ProbePeers.serve(in: folder)
            defer { server.stop() }
            let proxy = try await RunningProxy.start(
                upstream: server.port,
                options: (`case`.listener.map { certificates.listening($0) } ?? [])
                    + ["--handshake-timeout", `case`.patience],
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            let answer = try await ProbePeers.dial(
                proxy.port,
                (`case`.isSecured ? certificates.trusting() : []) + `case`.options,
                in: folder
            )
            try await proxy.stop()
            let stopped = Stopped(capture: proxy.capture, folder: folder)
            let found = try await findings(answer, server.seen, stopped)
            return found.isEmpty ? [] : found + ["the client saw \(answer)"]
        }
    }
}
