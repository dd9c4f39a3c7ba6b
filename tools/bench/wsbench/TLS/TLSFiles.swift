import Glibc

/// The keys and certificates of one run: the same for every peer and for both legs.
///
/// One authority signs one certificate on a P-256 key, for 127.0.0.1 and `localhost`. Peers show it
/// to the client, and the sink shows it to them.
struct TLSFiles {
    /// The folder that all of them are in.
    let folder: String
    /// The authority's certificate: what load and peers trust.
    let authority: String
    let certificate: String
    let key: String
    /// Certificate and key in one file, as HAProxy wants them.
    let bundle: String

    /// The name in the certificate beside the address.
    static let host = "localhost"

    /// Makes them in `folder` with the program `openssl`.
    init(in folder: TemporaryFolder) throws {
        guard let program = Programs.find("openssl") else {
            throw BenchError(
                .unavailable,
                "openssl is not installed; `make setup-bench` installs it."
            )
        }
        let own = try folder.subfolder("tls")
        self.folder = own.path
        authority = "\(own.path)/authority.pem"
        certificate = "\(own.path)/certificate.pem"
        key = "\(own.path)/key.pem"
        let authorityKey = "\(own.path)/authority-key.pem"
        let request = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "30",
        ]
        let steps = [
            request + ["-subj", "/CN=wsbench", "-keyout", authorityKey, "-out", authority],
            request + [
                "-subj", "/CN=\(Self.host)", "-keyout", key, "-out", certificate,
                "-CA", authority, "-CAkey", authorityKey,
                "-addext", "subjectAltName=IP:127.0.0.1,DNS:\(Self.host)",
                "-addext", "basicConstraints=critical,CA:FALSE",
            ],
        ]
        for step in steps {
            _ = try ChildProcess(program, step, log: "\(own.path)/openssl.log").finish()
        }
        guard let both = TextFile.read(certificate), let secret = TextFile.read(key) else {
            throw BenchError(.failed, "openssl made no certificate: \(SystemError.current).")
        }
        bundle = try own.write(both + secret, to: "bundle.pem")
    }
}
