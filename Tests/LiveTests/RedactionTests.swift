import Foundation
import Testing

/// Secrets pass through the proxy untouched, and the capture holds none of them.
@Suite(.needsPeers, .serialized)
struct RedactionTests {
    private struct Port: Decodable {
        let port: UInt16
    }

    /// What a peer says when all is over.
    private struct Report: Decodable {
        let sent: String
        let received: String
        /// What the capture must not hold, in hexadecimal.
        let hidden: [String]
    }

    /// Without the option the capture holds them all: the search finds what is there.
    @Test(arguments: [true, false])
    func `Secrets reach the receiver and not the capture`(isRedacting: Bool) async throws {
        try await inScratchFolder { folder in
            let server = try Peers.start("redaction_peers", ["serve"], name: "server", in: folder)
            let upstream = try await server.line("its port") { decode(Port.self, $0) }
            let options = ["--redact-json", "/api_key", "--redact-json", "/orders/1/pin"]
            let proxy = try await RunningProxy.start(
                upstream: upstream.port,
                options: isRedacting ? options : [],
                in: folder
            )
            let client = try Peers.start(
                "redaction_peers",
                ["connect", "\(proxy.port)"],
                name: "client",
                in: folder
            )
            let sent = try await client.line("its report") { decode(Report.self, $0) }
            let got = try await server.line("its report") { decode(Report.self, $0) }
            try await client.finish()
            try await server.finish()
            try await proxy.stop()
            let capture = try Data(contentsOf: proxy.capture)
            let secrets = Set(sent.hidden + got.hidden)
            let held = secrets.filter { capture.firstRange(of: Data(hexadecimal: $0)) != nil }
            let frames = try await Self.frames(of: proxy.capture, in: folder)
            return mismatch([got.received], [sent.sent], "→")
                + mismatch([sent.received], [got.sent], "←")
                + (isRedacting ? held.map { "the capture holds \($0)" } : [])
                + (isRedacting || held.count > secrets.count / 3
                    ? [] : ["only \(held.count) found"])
                + mismatch([frames.contains("redactedBytes")], [isRedacting], "marked:")
                + mismatch([frames.contains("s3cret")], [!isRedacting], "shown:")
                + (try await Peers.findings("check_mcap", [proxy.capture.path], in: folder))
        }
    }

    private static func frames(of capture: URL, in folder: URL) async throws -> String {
        var output = ""
        for options in [[], ["--messages"]] {
            let replay = try ChildProcess(
                Workshop.replay,
                ["frames", capture.path, "--json"] + options,
                name: "frames\(options.count)",
                in: folder
            )
            try await replay.finish()
            output += replay.output
        }
        return output
    }
}

/// A line of JSON; `nil` when it is something else.
private func decode<Value: Decodable>(_ type: Value.Type, _ line: Substring) -> Value? {
    decode(type, from: Data(line.utf8))
}

extension Data {
    /// Bytes from their digits.
    fileprivate init(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        self.init(
            stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        )
    }
}
