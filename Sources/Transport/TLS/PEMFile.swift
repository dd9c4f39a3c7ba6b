internal import CaptureStore
internal import NIOSSL
internal import Vocabulary

/// A PEM file that an operator has named (RFC 7468).
enum PEMFile {
    /// All certificates in it; there is at least one.
    ///
    /// - Throws: ``OperatorError`` when it cannot be read, or holds none.
    static func certificates(
        _ path: String,
        flag: String
    ) throws(OperatorError) -> [NIOSSLCertificate] {
        let text = try read(path, flag: flag)
        guard text.contains("-----BEGIN CERTIFICATE-----") else {
            throw OperatorError(
                .usage,
                "\(flag) names \(path), which holds no certificate in PEM "
                    + "(-----BEGIN CERTIFICATE-----)."
            )
        }
        do {
            return try NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
        } catch {
            throw OperatorError(
                .usage,
                "\(flag) names \(path), in which a certificate is damaged; "
                    + "'openssl x509 -in \(path) -noout -text' shows the first one."
            )
        }
    }

    /// The private key in it.
    ///
    /// - Throws: ``OperatorError`` when it cannot be read, holds none, or is encrypted.
    static func key(_ path: String, flag: String) throws(OperatorError) -> NIOSSLPrivateKey {
        let text = try read(path, flag: flag)
        guard text.contains("PRIVATE KEY-----") else {
            throw OperatorError(
                .usage,
                "\(flag) names \(path), which holds no private key in PEM "
                    + "(-----BEGIN PRIVATE KEY-----)."
            )
        }
        guard !text.contains("ENCRYPTED") else {
            throw OperatorError(
                .usage,
                "\(flag) names \(path), which is encrypted; decrypt it first, for example with "
                    + "'openssl pkey -in \(path) -out plain.pem'."
            )
        }
        do {
            return try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem)
        } catch {
            throw OperatorError(
                .usage,
                "\(flag) names \(path), whose private key is damaged, or of a kind that TLS does not "
                    + "know; 'openssl pkey -in \(path) -noout -text' shows it."
            )
        }
    }

    private static func read(_ path: String, flag: String) throws(OperatorError) -> String {
        do throws(StoreError) {
            return try TextFile.read(path)
        } catch {
            throw OperatorError(error.failure, "\(flag): \(error.sentence)")
        }
    }
}
