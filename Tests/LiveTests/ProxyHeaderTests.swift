import Foundation
import Testing

/// PROXY headers: those that clients of a proxy begin with, and those that it sends to servers.
@Suite(.needsPeers, .serialized)
struct ProxyHeaderTests {
    /// A header that is accepted.
    struct Accepted: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        /// Whom it names as the client; empty for nobody.
        let announced: String
        var isSecured = false

        var testDescription: String { isSecured ? "\(name), then TLS" : name }
    }

    private static let signature: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
    /// 192.0.2.1:4711 to 192.0.2.9:443.
    private static let addresses: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 9, 0x12, 0x67, 0x01, 0xBB]

    private static func binary(_ command: UInt8, _ family: UInt8, _ body: [UInt8]) -> [UInt8] {
        signature + [0x20 | command, family, UInt8(body.count >> 8), UInt8(body.count & 0xFF)]
            + body
    }

    private static func line(_ text: String) -> [UInt8] { Array("\(text)\r\n".utf8) }

    static let accepted: [Accepted] = {
        let v6 = [UInt8](repeating: 0, count: 15) + [1]
        let plain = [
            Accepted(
                name: "v1",
                bytes: line("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443"),
                announced: "192.0.2.1:4711"
            ),
            Accepted(
                name: "v1 over IPv6",
                bytes: line("PROXY TCP6 2001:db8::1 2001:db8::9 4711 443"),
                announced: "[2001:db8::1]:4711"
            ),
            Accepted(name: "v1 of nobody", bytes: line("PROXY UNKNOWN"), announced: ""),
            Accepted(name: "v2", bytes: binary(1, 0x11, addresses), announced: "192.0.2.1:4711"),
            Accepted(
                name: "v2 over IPv6",
                bytes: binary(1, 0x21, v6 + v6 + [0, 1, 0, 2]),
                announced: "[::1]:1"
            ),
            Accepted(
                name: "v2 with a field",
                bytes: binary(1, 0x11, addresses + [0x02, 0, 4] + Array("host".utf8)),
                announced: "192.0.2.1:4711"
            ),
            Accepted(name: "v2 of a health check", bytes: binary(0, 0, []), announced: ""),
        ]
        let secured = plain.filter { ["v1", "v2"].contains($0.name) }.map {
            Accepted(name: $0.name, bytes: $0.bytes, announced: $0.announced, isSecured: true)
        }
        return plain + secured
    }()

    @Test(arguments: accepted)
    func `A header names the client and is no part of the stream`(header: Accepted) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let exchange = try await Exchange.run(
                flags: ["--accept-proxy-protocol", "127.0.0.0/8"]
                    + (header.isSecured ? certificates.listening() : []),
                client: ["--preface", header.bytes.hexadecimal]
                    + (header.isSecured ? certificates.trusting() : []),
                in: folder
            )
            let opened = exchange.records.of("opened").filter { $0.leg == "downstream" }
            let heads = exchange.arrivals.map { $0.head?.prefix(4) }
            return mismatch([exchange.answer.echoed], [true], "echoed:")
                + mismatch(opened.map { $0.announced ?? "" }, [header.announced], "announced:")
                + mismatch(opened.map { $0.preface ?? Data() }, [Data(header.bytes)], "recorded:")
                + mismatch(heads, ["GET "], "the server's head begins with")
                + (exchange.isWitness ? [] : ["the record names another peer of the socket"])
        }
    }

    /// A beginning that is no header, or none that counts.
    struct Refused: CustomTestStringConvertible, Sendable {
        let name: String
        /// What the client sends before its request.
        let bytes: [UInt8]
        /// What the record must say.
        let reason: String

        var testDescription: String { name }
    }

    static let refused: [Refused] = [
        Refused(name: "none", bytes: [], reason: "does not begin with a PROXY header"),
        Refused(
            name: "TLS instead",
            bytes: [0x16, 0x03, 0x01],
            reason: "does not begin with a PROXY header"
        ),
        Refused(
            name: "another family",
            bytes: line("PROXY TCP5 192.0.2.1 192.0.2.9 4711 443"),
            reason: "neither TCP4, TCP6 nor UNKNOWN"
        ),
        Refused(
            name: "LF alone",
            bytes: Array("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\n".utf8),
            reason: "CR or LF alone"
        ),
        Refused(
            name: "an octal address",
            bytes: line("PROXY TCP4 192.0.2.01 192.0.2.9 4711 443"),
            reason: "source address"
        ),
        Refused(
            name: "a line without an end",
            bytes: Array("PROXY UNKNOWN ".utf8) + [UInt8](repeating: 0x78, count: 200),
            reason: "107 bytes"
        ),
        Refused(name: "version 3", bytes: signature + [0x31, 0x11, 0, 0], reason: "version 3"),
        Refused(name: "a command", bytes: binary(2, 0x11, addresses), reason: "command 2"),
        Refused(
            name: "a length beyond the limit",
            bytes: signature + [0x21, 0x11, 0xFF, 0xFF],
            reason: "65551 bytes"
        ),
        Refused(
            name: "a wrong checksum",
            bytes: binary(1, 0x11, addresses + [0x03, 0, 4, 1, 2, 3, 4]),
            reason: "checksum is wrong"
        ),
        Refused(
            name: "a field that is cut off",
            bytes: binary(1, 0x11, addresses + [0x02, 0, 9, 0x61]),
            reason: "AUTHORITY is malformed"
        ),
    ]

    @Test(arguments: refused)
    func `Without a header that counts the connection ends, and the reason is recorded`(
        beginning: Refused
    ) async throws {
        try await inScratchFolder { folder in
            let exchange = try await Exchange.run(
                flags: ["--accept-proxy-protocol", "any"],
                client: beginning.bytes.isEmpty
                    ? [] : ["--preface", beginning.bytes.hexadecimal],
                in: folder
            )
            let details = exchange.records.closed.map { $0.detail ?? "" }
            return mismatch([exchange.answer.status], [nil], "answered with")
                + (exchange.answer.end == "nothing came" ? ["the client waited in vain"] : [])
                + mismatch([details.count], [1], "connections closed:")
                + details.filter { !$0.contains(beginning.reason) }.map { "recorded: '\($0)'" }
                + (exchange.arrivals.isEmpty ? [] : ["the server was dialled"])
        }
    }

    @Test func `Half a header is not waited for longer than a handshake`() async throws {
        try await inScratchFolder { folder in
            let exchange = try await Exchange.run(
                flags: ["--accept-proxy-protocol", "any", "--handshake-timeout", "1s"],
                client: ["--preface", Self.line("PROXY TCP4 192.0.2.1").dropLast(2).hexadecimal],
                isSilent: true,
                in: folder
            )
            let causes = exchange.records.closed.map(\.cause)
            return (exchange.answer.end == "nothing came" ? ["the client waited in vain"] : [])
                + mismatch(causes, ["handshake-timeout"], "closed:")
        }
    }

    /// How a header is sent to a server.
    struct Sent: CustomTestStringConvertible, Sendable {
        let version: String
        var isSecured = false
        /// A header that the client begins with, and the addresses that the server must be told then.
        var received: [UInt8]?

        var testDescription: String {
            version + (isSecured ? ", then TLS" : "") + (received == nil ? "" : ", passed on")
        }

        static let all = ["v1", "v2"].flatMap { version in
            [
                Sent(version: version), Sent(version: version, isSecured: true),
                Sent(version: version, received: ProxyHeaderTests.accepted[0].bytes),
            ]
        }
    }

    @Test(arguments: Sent.all)
    func `The server is told who the client is, before anything else`(sent: Sent) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let exchange = try await Exchange.run(
                scheme: sent.isSecured ? "wss" : "ws",
                flags: ["--send-proxy-protocol", sent.version]
                    + (sent.isSecured ? ["--upstream-ca", certificates.certificate("ca")] : [])
                    + (sent.received == nil ? [] : ["--accept-proxy-protocol", "127.0.0.1"]),
                client: sent.received.map { ["--preface", $0.hexadecimal] } ?? [],
                server: ["--expect-proxy"]
                    + (sent.isSecured ? certificates.showing("server") : []),
                in: folder
            )
            let expected = Self.header(sent, exchange)
            let opened = exchange.records.of("opened").filter { $0.leg == "upstream" }
            return mismatch([exchange.answer.echoed], [true], "echoed:")
                + mismatch(exchange.arrivals.map(\.preface), [expected.hexadecimal], "sent:")
                + mismatch(opened.map { $0.preface ?? Data() }, [Data(expected)], "recorded:")
        }
    }

    /// What a server must have been sent.
    private static func header(_ sent: Sent, _ exchange: Exchange) -> [UInt8] {
        let client = exchange.answer.local ?? 0
        let isPassedOn = sent.received != nil
        if sent.version == "v1" {
            return line(
                isPassedOn
                    ? "PROXY TCP4 192.0.2.1 192.0.2.9 4711 443"
                    : "PROXY TCP4 127.0.0.1 127.0.0.1 \(client) \(exchange.port)"
            )
        }
        let ports = [client, exchange.port].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        return binary(1, 0x11, isPassedOn ? addresses : [127, 0, 0, 1, 127, 0, 0, 1] + ports)
    }

    /// One connection through a proxy, and what both ends and the record say of it.
    private struct Exchange {
        let answer: ProbePeers.Answer
        let arrivals: [ProbePeers.Arrival]
        let records: Records
        /// The port of the proxy.
        let port: UInt16

        static func run(
            scheme: String = "ws",
            flags: [String],
            client: [String],
            server options: [String] = [],
            isSilent: Bool = false,
            in folder: URL
        ) async throws -> Exchange {
            let server = try await ProbePeers.serve(options, in: folder)
            defer { server.stop() }
            let proxy = try await RunningProxy.start(
                upstream: server.port,
                scheme: scheme,
                options: flags,
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            let answer = try await ProbePeers.dial(
                proxy.port,
                client + (isSilent ? ["--silent"] : []),
                in: folder
            )
            if answer.echoed == true { _ = try await server.arrivals(1) }
            try await proxy.stop()
            return Exchange(
                answer: answer,
                arrivals: server.seen,
                records: try await Records(proxy.capture, in: folder),
                port: proxy.port
            )
        }

        /// Whether the record has the socket's own end beside what was announced.
        var isWitness: Bool {
            let remotes = records.of("opened").filter { $0.leg == "downstream" }.map(\.remote)
            return remotes == ["127.0.0.1:\(answer.local ?? 0)"]
        }
    }
}

extension Sequence<UInt8> {
    /// Two digits a byte.
    fileprivate var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
