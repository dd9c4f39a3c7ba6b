internal import CaptureFormat
internal import ProxyProtocol
internal import Vocabulary

extension ProxyConfiguration {
    /// What was asked for of TLS and addresses, for the record; nothing of what was not.
    var extraSettings: [HeaderField] {
        var settings: [(String, String?)] = []
        settings += [
            ("tls-cert", security.downstream?.certificate), ("tls-key", security.downstream?.key),
        ]
        if let upstream = security.upstream {
            settings += [
                ("upstream-tls", upstream.isVerified ? "verified" : "insecure"),
                ("upstream-ca", upstream.authorities),
                ("upstream-server-name", upstream.serverName),
                ("upstream-cert", upstream.identity?.certificate),
                ("upstream-key", upstream.identity?.key),
            ]
        }
        settings += [
            ("keylog", security.keyLog),
            ("accept-proxy-protocol", addresses.believed?.description),
            ("send-proxy-protocol", addresses.header.map { "v\($0.rawValue)" }),
            ("forwarded-for", addresses.addsForwardedFor ? "true" : nil),
        ]
        return settings.compactMap { name, value in
            value.map { HeaderField(name: name, value: $0) }
        }
    }

    /// What an operator should not overlook, one sentence each.
    var cautions: [String] {
        var cautions: [String] = []
        if security.upstream?.isVerified == false {
            cautions.append(
                "the server's certificate is not verified: whoever stands between can read and change "
                    + "everything"
            )
        }
        if let path = security.keyLog {
            cautions.append(
                "the secrets of TLS sessions are written to \(path): whoever has it can read them"
            )
        }
        return cautions
    }
}
