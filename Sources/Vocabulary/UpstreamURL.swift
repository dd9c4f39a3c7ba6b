/// Where a bridge's server is, and whether TLS is spoken with it (RFC 6455 §3).
public struct UpstreamURL: Equatable, Sendable {
    /// Host and port; 80 and 443 when no port is given.
    public var endpoint: Endpoint
    /// `wss` or `https`.
    public var isSecure: Bool

    /// Reads `ws://host[:port]`, `wss://host[:port]`, or the same with `http` and `https`.
    ///
    /// - Throws: ``OperatorError`` of kind `usage` with the way out.
    public init(_ text: String) throws(OperatorError) {
        let example =
            "write it as ws://host:port or wss://host:port, for example "
            + "ws://dashboard-behind:8000"
        guard let mark = text.firstRange(of: "://") else {
            throw OperatorError(.usage, "The upstream '\(text)' is no URL; \(example).")
        }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard ["ws", "http", "wss", "https"].contains(scheme) else {
            throw OperatorError(
                .usage,
                "The upstream '\(text)' has scheme '\(scheme)'; \(example)."
            )
        }
        isSecure = scheme == "wss" || scheme == "https"
        let authority = text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let rest = text[authority.endIndex...]
        guard rest.isEmpty || rest == "/" else {
            throw OperatorError(
                .usage,
                "The upstream '\(text)' has a path, but requests keep the path that the client "
                    + "asked for; \(example)."
            )
        }
        let hasPort = authority.last != "]" && authority.contains(":")
        let port = isSecure ? 443 : 80
        guard !authority.isEmpty, !authority.contains("@"),
            let endpoint = Endpoint(hasPort ? String(authority) : "\(authority):\(port)"),
            !authority.hasPrefix(":"), endpoint.port != 0
        else {
            throw OperatorError(
                .usage,
                "The upstream '\(text)' names no host and port; \(example)."
            )
        }
        self.endpoint = endpoint
    }
}
