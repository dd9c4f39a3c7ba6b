/// HAProxy that ends TLS from the client and encrypts anew to the server, whose certificate it
/// checks.
struct HAProxyWithTLS: Peer {
    let name = PeerName.haproxy
    let haproxy: HAProxy
    let ends: TLSEnds
    let sections: Set<Section> = [.tls]

    var tls: TLSEnds? { ends }

    func configuration(listen: String, sink: String) -> String {
        haproxy.configuration(
            listen: "\(listen) ssl crt \(ends.files.bundle) alpn http/1.1",
            sink: "\(sink) ssl verify required ca-file \(ends.files.authority) "
                + "sni str(\(TLSFiles.host)) alpn http/1.1"
        )
    }

    func version(in folder: TemporaryFolder) throws -> String {
        try haproxy.version(in: folder)
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        try haproxy.start(in: folder) { configuration(listen: $0, sink: "127.0.0.1:\(sink)") }
    }
}
