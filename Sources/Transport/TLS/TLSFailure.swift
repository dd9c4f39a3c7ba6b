internal import NIOCore
internal import NIOSSL
internal import Vocabulary

/// Why TLS did not work, in words for people.
enum TLSFailure {
    /// What happened on a leg, as one clause.
    ///
    /// - Parameters:
    ///   - error: What NIO or BoringSSL says.
    ///   - leg: Where.
    ///   - peer: The certificate that the peer has shown; `nil` for none.
    ///   - heard: What the peer has said without encryption in the handshake; `nil` for nothing.
    ///   - name: What the certificate has to be for; empty where nobody asks.
    ///   - isAgreed: Whether the handshake was over.
    ///   - now: The time, for certificates that are too old.
    /// - Returns: The clause.
    static func explain(
        _ error: any Error,
        on leg: Leg,
        peer: NIOSSLCertificate?,
        alert heard: UInt8? = nil,
        name: String = "",
        isAgreed: Bool = false,
        now: Instant
    ) -> String {
        let who = Self.who(leg)
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return otherName(peer, on: leg, wanted: name)
        }
        guard let token = token(error) else {
            return isEnd(error) ? ended(leg) : reason(error)
        }
        switch token {
        case "BAD_PACKET_LENGTH" where heard != nil:
            // OpenSSL's clients refuse a certificate without encryption, where TLS 1.3 expects it.
            return refused(heard.map(AlertText.words) ?? "", by: who)
        case "HTTP_REQUEST", "HTTPS_PROXY_REQUEST":
            return "\(who) speaks plain HTTP where TLS is spoken"
        case "WRONG_VERSION_NUMBER", "UNEXPECTED_RECORD", "DECODE_ERROR",
            "INVALID_OUTER_RECORD_TYPE":
            return "\(who) does not speak TLS"
        case "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION":
            return "\(who) speaks no version of TLS from 1.2 on"
        case "NO_SHARED_CIPHER": return "\(who) shares no cipher with the proxy"
        case "CERTIFICATE_VERIFY_FAILED": return distrust(of: peer, who: who, now: now)
        case "TLSV1_ALERT_CERTIFICATE_REQUIRED", "TLSV13_ALERT_CERTIFICATE_REQUIRED":
            return "\(who) asks for a certificate of the proxy's own"
        default:
            if let alert = alert(token) { return refused(alert, by: who) }
            // A peer that does not trust a certificate may say so in a way that cannot be read yet.
            guard leg == .downstream, !isAgreed else { return "TLS: \(words(token))" }
            return "the client broke the TLS handshake off (\(words(token))): "
                + "mostly because it does not trust the proxy's certificate"
        }
    }

    private static func refused(_ alert: String, by who: String) -> String {
        distrusts.contains(alert)
            ? "\(who) does not trust the proxy's certificate (\(alert))"
            : "\(who) has refused TLS: \(alert)"
    }

    /// Alerts that are about the certificate that was shown (RFC 8446 §6.2).
    private static let distrusts: Set<String> = [
        "bad certificate", "unsupported certificate", "certificate revoked",
        "certificate expired", "certificate unknown", "unknown ca",
    ]

    private static func ended(_ leg: Leg) -> String {
        leg == .downstream
            ? "the client ended the connection in the TLS handshake: mostly because it does not trust "
                + "the proxy's certificate, or speaks no TLS"
            : "the server ended the connection in the TLS handshake; does it speak TLS?"
    }

    /// What is said of a certificate for somebody else.
    static func otherName(_ peer: NIOSSLCertificate?, on leg: Leg, wanted: String) -> String {
        let names = peer.map(CertificateText.names) ?? ""
        return "\(who(leg))'s certificate is for \(names), not for \(wanted)"
    }

    private static func who(_ leg: Leg) -> String {
        leg == .downstream ? "the client" : "the server"
    }

    /// What BoringSSL calls it: `CERTIFICATE_VERIFY_FAILED`; `nil` when it is none of its errors.
    static func token(_ error: any Error) -> String? {
        let text = "\(error)"
        guard let start = text.firstRange(of: "OPENSSL_internal:") else { return nil }
        let token = text[start.upperBound...].prefix {
            $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_")
        }
        return token.isEmpty ? nil : String(token)
    }

    /// The same in words, or whatever the error says of itself.
    static func reason(_ error: any Error) -> String {
        token(error).map(words) ?? "\(error)"
    }

    private static func words(_ token: String) -> String {
        token.lowercased().map { $0 == "_" ? " " : String($0) }.joined()
    }

    /// What the peer has said before it ended the handshake (RFC 8446 §6.2).
    private static func alert(_ token: String) -> String? {
        guard let mark = token.firstRange(of: "ALERT_") else { return nil }
        return words(String(token[mark.upperBound...]))
    }

    private static func isEnd(_ error: any Error) -> Bool {
        if error as? ChannelError == .eof { return true }
        if case .some(.handshakeFailed(.sslError(let stack))) = error as? NIOSSLError {
            return stack.contains(.eofDuringHandshake)
        }
        return false
    }

    private static func distrust(
        of peer: NIOSSLCertificate?,
        who: String,
        now: Instant
    ) -> String {
        guard let peer else { return "\(who)'s certificate is not trusted" }
        let seconds = Int64(now.nanoseconds / 1_000_000_000)
        let name = CertificateText.names(peer)
        if Int64(peer.notValidAfter) < seconds {
            return "\(who)'s certificate for \(name) expired on "
                + "\(CertificateText.day(peer.notValidAfter))"
        }
        if Int64(peer.notValidBefore) > seconds {
            return "\(who)'s certificate for \(name) is not valid before "
                + "\(CertificateText.day(peer.notValidBefore))"
        }
        return "\(who)'s certificate for \(name) is not signed by an authority that is trusted"
    }
}
