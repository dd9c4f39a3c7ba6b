internal import CaptureStore
internal import NIOCore
internal import NIOSSL
internal import Vocabulary

/// What the legs of a proxy need to speak TLS, made from the files that the operator has named.
struct TLSContexts: Sendable {
    /// Towards the server.
    struct Upstream: Sendable {
        let context: NIOSSLContext
        /// The name that is asked for and verified in place of the upstream's host.
        let serverName: String?
        let isVerified: Bool
    }

    let downstream: NIOSSLContext?
    let upstream: Upstream?

    /// Nothing: both legs are plain.
    static let none = TLSContexts(downstream: nil, upstream: nil)

    private init(downstream: NIOSSLContext?, upstream: Upstream?) {
        self.downstream = downstream
        self.upstream = upstream
    }

    /// Reads the files.
    ///
    /// Blocks for the disk: never on an event loop.
    ///
    /// - Parameters:
    ///   - security: What is wanted.
    ///   - keyLog: Where secrets of sessions go.
    /// - Throws: ``OperatorError``: what is wrong with which file, and the way out.
    init(_ security: LegSecurity, keyLog: KeyLog?) throws(OperatorError) {
        downstream = try security.downstream.map { listener throws(OperatorError) in
            let identity = try TLSIdentity(
                listener,
                flags: .init(certificate: "--tls-cert", key: "--tls-key")
            )
            return try Self.context(
                .makeServerConfiguration(
                    certificateChain: identity.chain,
                    privateKey: identity.key
                ),
                keyLog: keyLog,
                files: "\(listener.certificate) and \(listener.key)"
            )
        }
        upstream = try security.upstream.map { upstream throws(OperatorError) in
            try Self.upstream(upstream, keyLog: keyLog)
        }
    }

    private static func upstream(
        _ upstream: UpstreamSecurity,
        keyLog: KeyLog?
    ) throws(OperatorError) -> Upstream {
        var configuration = TLSConfiguration.makeClientConfiguration()
        var files: [String] = []
        if let authorities = upstream.authorities {
            configuration.trustRoots = .certificates(
                try PEMFile.certificates(authorities, flag: "--upstream-ca")
            )
            files.append(authorities)
        }
        if let identity = upstream.identity {
            let read = try TLSIdentity(
                identity,
                flags: .init(certificate: "--upstream-cert", key: "--upstream-key")
            )
            configuration.certificateChain = read.chain
            configuration.privateKey = read.key
            files += [identity.certificate, identity.key]
        }
        if !upstream.isVerified { configuration.certificateVerification = .none }
        return Upstream(
            context: try context(
                configuration,
                keyLog: keyLog,
                files: files.joined(separator: " and ")
            ),
            serverName: upstream.serverName,
            isVerified: upstream.isVerified
        )
    }

    private static func context(
        _ configuration: TLSConfiguration,
        keyLog: KeyLog?,
        files: String
    ) throws(OperatorError) -> NIOSSLContext {
        var configuration = configuration
        // Older versions are broken, and forbidden (RFC 8996).
        configuration.minimumTLSVersion = .tlsv12
        // An upgrade is HTTP/1.1's; with HTTP/2 there would be none that this proxy knows.
        configuration.applicationProtocols = ["http/1.1"]
        if let keyLog { configuration.keyLogCallback = { keyLog.append($0) } }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw OperatorError(
                .usage,
                "TLS cannot work with \(files.isEmpty ? "the system's authorities" : files): "
                    + "\(TLSFailure.reason(error))."
            )
        }
    }
}
