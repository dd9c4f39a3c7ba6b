internal import NIOSSL

/// The names that a certificate is for.
enum CertificateNames {
    /// Whether a name is among them.
    ///
    /// TLS as NIO does it is content with a certificate for the address that was dialled, even when it was a
    /// name that was asked for. Of a certificate without alternative names it has looked at the common name.
    static func include(_ name: String, in certificate: NIOSSLCertificate) -> Bool {
        let alternatives = certificate._subjectAlternativeNames()
        guard !alternatives.isEmpty else { return true }
        return alternatives.contains { alternative in
            alternative.nameType == .dnsName
                && covers(String(decoding: alternative.contents, as: UTF8.self), name)
        }
    }

    /// Whether a name in a certificate stands for another, which may be under its asterisk (RFC 9525 §6.3).
    private static func covers(_ pattern: String, _ name: String) -> Bool {
        let pattern = pattern.lowercased()
        let name = (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
        if pattern == name { return true }
        guard pattern.hasPrefix("*."), let dot = name.firstIndex(of: "."), dot != name.startIndex
        else { return false }
        return name[dot...] == pattern.dropFirst()
    }
}
