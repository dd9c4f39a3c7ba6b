import Foundation
import Testing

/// With the key log, packets tell what the capture tells.
@Suite(.needsPeers, .needsTap, .serialized)
struct KeyLogTests {
    /// How the proxy is told where secrets go.
    enum Way: String, CaseIterable, Sendable {
        case flag
        case variable
    }

    @Test(.needsTshark, arguments: Way.allCases)
    func `tshark decrypts both legs and shows the frames of the capture`(way: Way) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let peers = try await NumberedPeers.serve(
                serving: certificates.showing("server"),
                in: folder
            )
            let keys = folder.appending(path: "keys.log")
            let proxy = try await RunningProxy.start(
                upstream: peers.port,
                scheme: "wss",
                options: certificates.listening() + [
                    "--upstream-ca", certificates.certificate("ca"),
                ] + (way == .flag ? ["--keylog", keys.path] : []),
                variables: way == .variable ? ["SSLKEYLOGFILE": keys.path] : [:],
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            let legs = [("client-leg", proxy.port), ("server-leg", peers.port)]
            var taps: [Tap] = []
            for (name, port) in legs {
                let file = folder.appending(path: "\(name).pcap")
                taps.append(try await Tap(port: port, file: file, in: folder))
            }
            try await peers.talk(
                through: proxy.port,
                certificates.trusting() + ["--deflate", "--messages", "20"]
            )
            for tap in taps { try await tap.stop() }
            try await proxy.stop()
            let logs = try await peers.stop()

            var findings = try logs.findings + permissions(of: keys)
            for (name, port) in legs {
                findings += try await Peers.findings(
                    "check_tshark",
                    [
                        proxy.capture.path, folder.appending(path: "\(name).pcap").path,
                        "--port", "\(port)", "--keys", keys.path,
                    ],
                    in: folder
                )
            }
            return findings
        }
    }

    /// Whoever has the secrets can read everything.
    private func permissions(of file: URL) throws -> [String] {
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        let permissions = attributes[.posixPermissions] as? Int
        return mismatch([permissions], [0o600], "the key log's permissions are")
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where there is no tshark, except in CI, where its absence is a failure.
    static var needsTshark: Self {
        .enabled(if: Workshop.runsTshark, "tshark is not installed: run `make setup`.")
    }
}
