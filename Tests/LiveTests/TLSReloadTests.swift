import Foundation
import Testing

/// Certificates that change while the proxy runs.
@Suite(.needsPeers, .serialized)
struct TLSReloadTests {
    @Test func `After SIGHUP new connections get the new certificate and old ones live on`()
        async throws
    {
        try await reloading { live in
            let old = try await live.hold("old")
            try live.install("server-second")
            try await live.proxy.reload(saying: "read again")
            let new = try await live.hold("new")
            return try await live.findings(old, "server") + live.findings(new, "server-second")
        }
    }

    @Test(arguments: ["garbage", "empty", "missing", "mismatched", "encrypted"])
    func `After SIGHUP with a broken file the old certificate stays`(how: String) async throws {
        try await reloading { live in
            let old = try await live.hold("old")
            try live.spoil(how)
            try await live.proxy.reload(saying: "stay as they were")
            let new = try await live.hold("new")
            try live.install("server-second")
            try await live.proxy.reload(saying: "read again")
            let mended = try await live.hold("mended")
            return try await live.findings(old, "server") + live.findings(new, "server")
                + live.findings(mended, "server-second")
        }
    }

    @Test func `After SIGHUP servers are believed that a new authority has signed`() async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let server = try await ProbePeers.serve(certificates.showing("server"), in: folder)
            defer { server.stop() }
            let authority = folder.appending(path: "authority.pem")
            func trust(_ name: String) throws {
                try Data(contentsOf: URL(filePath: certificates.certificate(name)))
                    .write(to: authority, options: .atomic)
            }
            try trust("other-ca")
            let proxy = try await RunningProxy.start(
                upstream: server.port,
                scheme: "wss",
                options: ["--upstream-ca", authority.path],
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            var statuses: [Int?] = []
            let changes = [
                ("as it began", nil, ""), ("a new one", "ca", "read again"),
                ("a garbled one", "garbage", "stay as they were"),
                ("the first one again", "other-ca", "read again"),
            ]
            for (name, change, answer) in changes {
                if let change {
                    try trust(change)
                    try await proxy.reload(saying: answer)
                }
                let seen = try await ProbePeers.dial(proxy.port, name: name, in: folder)
                statuses.append(seen.status)
            }
            try await proxy.stop()
            return mismatch(statuses, [502, 101, 101, 502], "answered with")
        }
    }

    /// There is nothing to read again, and SIGHUP means what it does to any program.
    @Test func `SIGHUP ends a proxy without TLS`() async throws {
        try await inScratchFolder { folder in
            let server = try await ProbePeers.serve(in: folder)
            defer { server.stop() }
            let proxy = try await RunningProxy.start(upstream: server.port, in: folder)
            defer { proxy.process.send(SIGKILL) }
            proxy.process.send(SIGHUP)
            let ending = try await proxy.process.ending(within: .seconds(10))
            return mismatch([ending], [.signal(SIGHUP)], "ended with")
        }
    }

    /// A proxy whose certificate may change.
    private struct Live {
        let certificates: Certificates
        let proxy: RunningProxy
        let folder: URL

        private var certificate: URL { folder.appending(path: "live.pem") }
        private var key: URL { folder.appending(path: "live.key") }

        /// Puts a certificate and its key where the proxy reads them.
        func install(_ name: String) throws {
            try Self.install(name, of: certificates, in: folder)
        }

        static func install(_ name: String, of certificates: Certificates, in folder: URL) throws {
            for (source, target) in [
                (certificates.certificate(name), "live.pem"), (certificates.key(name), "live.key"),
            ] {
                try Data(contentsOf: URL(filePath: source))
                    .write(to: folder.appending(path: target), options: .atomic)
            }
        }

        /// Leaves something there that cannot be used.
        func spoil(_ how: String) throws {
            switch how {
            case "garbage", "empty":
                try Data(contentsOf: URL(filePath: certificates.certificate(how)))
                    .write(to: certificate)
            case "missing": try FileManager.default.removeItem(at: key)
            default: try Data(contentsOf: URL(filePath: certificates.key(how))).write(to: key)
            }
        }

        /// Begins a connection that is kept busy, and waits until it is answered.
        func hold(_ name: String) async throws -> ChildProcess {
            let process = try Peers.start(
                "hold",
                ["--port", "\(proxy.port)"] + certificates.trusting(),
                name: "hold-\(name)",
                in: folder
            )
            _ = try await process.line("a certificate") { decode(Shown.self, from: Data($0.utf8)) }
            return process
        }

        /// Ends such a connection: it must have been answered since, and have seen a certificate.
        func findings(_ process: ChildProcess, _ certificate: String) async throws -> [String] {
            process.send(SIGUSR1)
            _ = try await process.line("another answer") {
                decode(Count.self, from: Data($0.utf8))
            }
            process.send(SIGTERM)
            try await process.finish(within: .seconds(10))
            let shown = process.output.split(separator: "\n").compactMap {
                decode(Shown.self, from: Data($0.utf8))
            }
            let ends = process.output.split(separator: "\n").compactMap {
                decode(End.self, from: Data($0.utf8))
            }
            return mismatch(shown.map(\.certificate), [certificate], "\(process.name):")
                + mismatch(ends.map(\.end), ["closed"], "\(process.name):")
        }

        private struct Shown: Decodable { let certificate: String }
        private struct Count: Decodable { let answers: Int }
        private struct End: Decodable { let end: String }
    }

    private func reloading(_ body: (Live) async throws -> [String]) async throws {
        try await inScratchFolder { folder in
            let certificates = try await Certificates.ofThisRun
            let peers = try await NumberedPeers.serve(in: folder)
            try Live.install("server", of: certificates, in: folder)
            let proxy = try await RunningProxy.start(
                upstream: peers.port,
                options: [
                    "--tls-cert", folder.appending(path: "live.pem").path,
                    "--tls-key", folder.appending(path: "live.key").path,
                ],
                in: folder
            )
            defer { proxy.process.send(SIGKILL) }
            let live = Live(certificates: certificates, proxy: proxy, folder: folder)
            let found = try await body(live)
            try await proxy.stop()
            return try await found
                + Peers.findings("check_mcap", [proxy.capture.path], in: folder)
        }
    }
}

extension RunningProxy {
    /// Asks the proxy to read its files, and waits until it has said once more what came of it.
    fileprivate func reload(saying what: String) async throws {
        let before = count(what)
        process.send(SIGHUP)
        try await wait(for: "'\(what)' from wsproxy", within: .seconds(10)) {
            count(what) > before
        }
    }

    private func count(_ what: String) -> Int {
        (process.output + process.errors).split(separator: "\n").count { $0.contains(what) }
    }
}
