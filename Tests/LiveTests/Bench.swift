import Foundation

/// One family of scenarios between a client and a server: first directly, then through a proxy.
struct Bench {
    let family: String
    let client: String
    let server: String
    let folder: URL
    /// Whether tcpdump listens between proxy and server.
    var isTapped = false
    /// Which legs speak TLS through the proxy.
    var secured = SecuredLegs.none
    /// Further options of the proxy.
    var options: [String] = []

    /// What the tap wrote.
    var packets: URL { folder.appending(path: "server-leg.pcap") }

    /// Plays both runs; the answer is what the peers wrote down, and the sealed capture.
    func run() async throws -> (Transcripts, capture: URL) {
        let serving = try Peers.start(
            "serve",
            arguments(library: server) + secured.serving,
            in: folder
        )
        defer { serving.send(SIGKILL) }
        let ports = try await serving.line("its ports") {
            decode(Peers.Ports.self, from: Data($0.utf8))
        }
        let tap = isTapped ? try await Tap(port: ports.through, file: packets, in: folder) : nil
        let proxy = try await RunningProxy.start(
            upstream: ports.through,
            scheme: secured.scheme,
            options: secured.relaying + options,
            in: folder
        )
        defer { proxy.process.send(SIGKILL) }

        let connecting = try Peers.start(
            "connect",
            arguments(library: client) + [
                "--direct", "\(ports.direct)", "--through", "\(proxy.port)",
            ] + secured.connecting,
            in: folder
        )
        try await connecting.finish(within: .seconds(120))
        serving.send(SIGTERM)
        try await serving.finish(within: .seconds(20))
        try await proxy.stop()
        try await tap?.stop()
        return (try Transcripts(in: folder), proxy.capture)
    }

    private func arguments(library: String) -> [String] {
        ["--family", family, "--library", library, "--transcripts", folder.path]
    }
}
