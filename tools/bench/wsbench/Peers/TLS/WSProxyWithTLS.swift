/// wsproxy that ends TLS from the client, records, and encrypts anew to the server, whose certificate
/// it checks.
struct WSProxyWithTLS: Peer {
    let wsproxy: WSProxy
    let ends: TLSEnds
    let sections: Set<Section> = [.tls]

    var name: PeerName { wsproxy.name }
    var tls: TLSEnds? { ends }

    func configuration(listen: String, sink: String) -> String {
        wsproxy.commandLine(listen: listen, upstream: "wss://\(sink)", further: options)
    }

    func version(in folder: TemporaryFolder) throws -> String {
        let log = "\(folder.path)/wsproxy-help.log"
        let help = try ChildProcess(wsproxy.program, ["run", "--help"], log: log).finish()
        guard help.contains("--tls-cert") else {
            throw BenchError(.unavailable, "\(wsproxy.program) has no option --tls-cert.")
        }
        return try wsproxy.version(in: folder)
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        try wsproxy.start(
            upstream: "wss://127.0.0.1:\(sink)",
            further: options,
            in: folder
        )
    }

    private var options: [String] {
        [
            "--tls-cert", ends.files.certificate, "--tls-key", ends.files.key,
            "--upstream-ca", ends.files.authority, "--upstream-server-name", TLSFiles.host,
        ]
    }
}
