/// nginx that ends TLS from the client and encrypts anew to the server, whose certificate it
/// checks.
struct NginxWithTLS: Peer {
    let name = PeerName.nginx
    let nginx: Nginx
    let ends: TLSEnds
    let sections: Set<Section> = [.tls]

    var tls: TLSEnds? { ends }

    func configuration(listen: String, sink: String) -> String {
        nginx.configuration(
            listen: "\(listen) ssl",
            sink: "https://\(sink)",
            further: [
                // Its default does not have TLS 1.3 everywhere.
                "ssl_protocols TLSv1.3;",
                "ssl_certificate \(ends.files.certificate);",
                "ssl_certificate_key \(ends.files.key);",
                "proxy_ssl_protocols TLSv1.3;",
                "proxy_ssl_verify on;",
                "proxy_ssl_trusted_certificate \(ends.files.authority);",
                "proxy_ssl_server_name on;",
                "proxy_ssl_name \(TLSFiles.host);",
            ]
        )
    }

    func version(in folder: TemporaryFolder) throws -> String {
        try nginx.version(in: folder)
    }

    func start(sink: UInt16, in folder: TemporaryFolder) throws -> RunningPeer {
        try nginx.start(in: folder) { configuration(listen: $0, sink: "127.0.0.1:\(sink)") }
    }
}
