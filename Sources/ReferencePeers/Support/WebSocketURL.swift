public import Vocabulary

/// A `ws://` address (RFC 6455 §3).
public struct WebSocketURL: Hashable, Sendable {
    /// The host and port; port 80 when the text named none.
    public var address: Endpoint
    /// The path and the query, `/` at least.
    public var target: String

    /// Where the reference dashboard listens unless told otherwise.
    public static let referenceDashboard = WebSocketURL(
        address: Endpoint(host: "127.0.0.1", port: 8000),
        target: "/ws"
    )

    /// Creates an address from its parts.
    public init(address: Endpoint, target: String) {
        self.address = address
        self.target = target
    }

    /// Reads `ws://HOST[:PORT][/PATH][?QUERY]`.
    ///
    /// - Returns: `nil` for anything else: another scheme, user information, a fragment (RFC 6455
    ///   §3 forbids it), port 0, or characters that cannot stand in a request line.
    public init?(parsing text: String) {
        let scheme = "ws://"
        guard text.prefix(scheme.count).lowercased() == scheme else { return nil }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        let hasPort = authority.last != "]" && authority.contains(":")
        guard
            let first = authority.first, first != ":", !authority.contains("@"),
            !rest.contains("#"),
            let address = Endpoint(hasPort ? String(authority) : "\(authority):80"),
            address.port > 0
        else { return nil }
        let target = rest[end...]
        self.address = address
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }
}

extension WebSocketURL: CustomStringConvertible {
    /// `ws://127.0.0.1:8000/ws`.
    public var description: String { "ws://\(address)\(target)" }
}
