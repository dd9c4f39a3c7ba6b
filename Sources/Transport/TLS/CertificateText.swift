internal import NIOSSL
internal import Vocabulary

/// A certificate in words.
enum CertificateText {
    /// Names that are shown of one certificate.
    private static let nameCountMax = 4

    /// Whom it is for and until when: `dashboard, 10.0.0.5, until 2036-01-01`.
    static func summary(_ certificate: NIOSSLCertificate) -> String {
        "\(names(certificate)), until \(day(certificate.notValidAfter))"
    }

    /// Whom it is for: its alternative names, or else its common name (RFC 9525 §2).
    static func names(_ certificate: NIOSSLCertificate) -> String {
        let text = "\(certificate)"
        let names = member("alternative_names", of: text).map {
            $0.split(separator: ",").map(String.init)
        }
        let known = names ?? member("common_name", of: text).map { [$0] } ?? []
        guard !known.isEmpty else { return "nobody" }
        let shown = known.prefix(nameCountMax).joined(separator: ", ")
        return known.count > nameCountMax ? "\(shown) and others" : shown
    }

    /// The day of a time in seconds since 1970.
    static func day(_ time: Int) -> String {
        String(
            Instant(nanoseconds: UInt64(max(time, 0)) * 1_000_000_000)
                .rfc3339(fractionDigits: 0).prefix(10)
        )
    }

    // NIO shows names in its description only.
    private static func member(_ name: String, of text: String) -> String? {
        guard let start = text.firstRange(of: ";\(name)=") else { return nil }
        let value = text[start.upperBound...].prefix { $0 != ";" && $0 != ">" }
        return value.isEmpty ? nil : String(value)
    }
}
