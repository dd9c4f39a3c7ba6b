import COpenSSL

/// How load and sink speak TLS, for all connections of a run.
///
/// The two ends allow one version, one cipher suite and one group. So every peer has the same on
/// both of its legs, whatever it would choose by itself.
final class TLSContext {
    private let context: OpaquePointer
    private let role: Role

    /// RFC 8446 §B.4.
    static let cipherSuite = "TLS_AES_128_GCM_SHA256"
    static let group = "X25519"
    /// What OpenSSL calls itself: `OpenSSL 3.0.19 27 Jan 2026`.
    static var library: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }

    /// Which of the two ends it is.
    enum Role {
        /// The load: trusts the authority of the run and asks for 127.0.0.1.
        case client
        /// The sink: shows the certificate.
        case server
    }

    init(_ role: Role, _ files: TLSFiles) throws {
        let method = role == .client ? TLS_client_method() : TLS_server_method()
        guard let context = SSL_CTX_new(method) else {
            throw TLSSession.failure("OpenSSL has no context")
        }
        self.context = context
        self.role = role
        try allowOneAgreement()
        switch role {
        case .client: try trust(files)
        case .server: try show(files)
        }
    }

    deinit {
        SSL_CTX_free(context)
    }

    /// One end of a new connection, before its handshake.
    func session() throws -> TLSSession {
        guard let session = SSL_new(context) else {
            throw TLSSession.failure("OpenSSL has no session")
        }
        switch role {
        case .client:
            SSL_set_connect_state(session)
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), "127.0.0.1")
        case .server:
            SSL_set_accept_state(session)
        }
        return try TLSSession(session)
    }

    private func allowOneAgreement() throws {
        guard bench_allow_only(context, Self.cipherSuite, Self.group) == 1 else {
            throw TLSSession.failure("This OpenSSL cannot do what is measured here")
        }
    }

    private func trust(_ files: TLSFiles) throws {
        guard SSL_CTX_load_verify_locations(context, files.authority, nil) == 1,
            bench_offer_http1(context) == 1
        else { throw TLSSession.failure("\(files.authority) could not be read") }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    private func show(_ files: TLSFiles) throws {
        guard SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1,
            SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1
        else { throw TLSSession.failure("\(files.certificate) could not be read") }
        bench_take_http1(context)
        // Nobody comes back: tickets would only be bytes that are not frames.
        SSL_CTX_set_num_tickets(context, 0)
    }
}
