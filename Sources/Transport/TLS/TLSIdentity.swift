internal import NIOSSL
internal import Vocabulary

/// A certificate, those that lead to its authority, and its private key.
struct TLSIdentity {
    /// What the files are called on the command line.
    struct Flags {
        let certificate: String
        let key: String
    }

    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKeySource

    /// Reads the two files.
    ///
    /// - Throws: ``OperatorError`` when one cannot be read, holds no such thing, or they do not belong
    ///   together.
    init(_ files: ListenerSecurity, flags: Flags) throws(OperatorError) {
        let certificates = try PEMFile.certificates(files.certificate, flag: flags.certificate)
        let key = try PEMFile.key(files.key, flag: flags.key)
        guard try Self.belongTogether(certificates[0], key, files) else {
            throw OperatorError(
                .usage,
                "The key \(files.key) is not that of the first certificate in "
                    + "\(files.certificate); \(flags.certificate) and \(flags.key) take a pair."
            )
        }
        chain = certificates.map { .certificate($0) }
        self.key = .privateKey(key)
    }

    private static func belongTogether(
        _ certificate: NIOSSLCertificate,
        _ key: NIOSSLPrivateKey,
        _ files: ListenerSecurity
    ) throws(OperatorError) -> Bool {
        do {
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: [.certificate(certificate)],
                    privateKey: .privateKey(key)
                )
            )
            return true
        } catch {
            // Each has been read by itself, so what fails is that they are taken together.
            if error as? NIOSSLError == .failedToLoadPrivateKey { return false }
            throw OperatorError(
                .usage,
                "\(files.certificate) and \(files.key) cannot be used for TLS: "
                    + "\(TLSFailure.reason(error))."
            )
        }
    }
}
