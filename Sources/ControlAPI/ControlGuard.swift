public import Vocabulary

/// Who may call the control port.
///
/// On loopback everybody on this machine may, but no web page: pages of other sites can reach loopback
/// under a name of their own (DNS rebinding), or send a request without reading its answer. Elsewhere a
/// bearer token says who may.
public struct ControlGuard: Sendable {
    private let address: Endpoint
    private let token: String?

    /// Describes who may call.
    ///
    /// - Parameters:
    ///   - address: Where the control port listens.
    ///   - token: What callers have to know; `nil` for nothing.
    public init(address: Endpoint, token: String?) {
        self.address = address
        self.token = token
    }

    /// What a call is answered that may not be; `nil` for one that may.
    public func refusal(of request: ControlRequest) -> ControlReply? {
        if let token, !Self.areEqual(Self.credentials(request.authorization ?? ""), token) {
            return ControlReply(
                ControlError(
                    401,
                    "send the header 'Authorization: Bearer <token>' with the token of "
                        + "WSCAP_CONTROL_TOKEN"
                )
            )
        }
        if let host = request.host, address.isLoopback, !isOurs(host) {
            return ControlReply(
                ControlError(
                    403,
                    "host '\(host.prefix(120))' is not where this port listens; call it "
                        + "as localhost"
                )
            )
        }
        if let origin = request.origin, origin != "http://\(request.host ?? "")" {
            return ControlReply(
                ControlError(403, "origin '\(origin.prefix(120))' is another site's")
            )
        }
        return nil
    }

    /// Whether a header `Host` names this port, whatever number stands behind it.
    private func isOurs(_ text: String) -> Bool {
        var host = text[...]
        if let colon = text.lastIndex(of: ":"), text.last != "]" { host = text[..<colon] }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return Endpoint(host: String(host), port: 0).isLoopback || host == address.host
    }

    /// What stands behind the scheme, which is written as one likes (RFC 9110 §11.1).
    private static func credentials(_ authorization: String) -> String {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return "" }
        return String(parts[1])
    }

    /// Compares in a time that does not tell how much is right.
    private static func areEqual(_ one: String, _ other: String) -> Bool {
        let (left, right) = (Array(one.utf8), Array(other.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
