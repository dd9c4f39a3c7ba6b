internal import Reassembly
public import Vocabulary

/// How to read streams.
public struct DissectionOptions: Equatable, Sendable {
    /// A server of which somebody says that it speaks WebSocket.
    public struct Server: Equatable, Sendable {
        /// Its address as text; `nil` for any.
        public var host: String?
        /// Its port.
        public var port: UInt16

        /// Names a server.
        public init(host: String?, port: UInt16) {
            self.host = host
            self.port = port
        }

        func isMatch(_ address: SocketAddress) -> Bool {
            port == address.port && (host == nil || host == "\(address.address)")
        }
    }

    /// Servers whose streams are WebSocket, whatever they look like.
    public var assumedServers: [Server]
    /// Whether the values of credentials are recorded.
    public var keepsSecrets: Bool
    /// Values in payloads that are overwritten in the records.
    public var redactedPointers: [JSONPointer]

    /// Creates options.
    public init(
        assumedServers: [Server] = [],
        keepsSecrets: Bool = false,
        redactedPointers: [JSONPointer] = []
    ) {
        self.assumedServers = assumedServers
        self.keepsSecrets = keepsSecrets
        self.redactedPointers = redactedPointers
    }

    /// The side that is such a server, if one is.
    func assumedServer(of facts: StreamFacts) -> Side? {
        // Who dialled is no server.
        let candidates: [Side] = facts.isFromStart ? [.second] : [.second, .first]
        return candidates.first { side in
            assumedServers.contains { $0.isMatch(facts[side]) }
        }
    }
}
