public import Vocabulary

/// One end of a TCP connection.
public struct SocketAddress: Hashable, Sendable {
    /// The host.
    public var address: IPAddress
    /// The port.
    public var port: UInt16

    /// Creates an end.
    public init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1:80`, IPv6 in brackets.
    public var description: String {
        address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}
