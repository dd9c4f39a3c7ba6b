internal import Vocabulary

/// One field (TLV, §2.2) of a header of version 2, with its bytes as they came.
public struct ProxyField: Equatable, Sendable {
    /// What a field is about; kinds without a name are as good as others.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The type as on the wire.
        public let rawValue: UInt8

        /// Any type.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The protocol that TLS agreed on (§2.2.1).
        public static let alpn = Kind(rawValue: 0x01)
        /// The host name that the client asked for, in TLS its SNI (§2.2.2).
        public static let authority = Kind(rawValue: 0x02)
        /// The header's checksum (§2.2.3).
        public static let checksum = Kind(rawValue: 0x03)
        /// Padding (§2.2.4).
        public static let padding = Kind(rawValue: 0x04)
        /// A name for the connection across proxies (§2.2.5).
        public static let uniqueID = Kind(rawValue: 0x05)
        /// What is known of the client's TLS (§2.2.6).
        public static let tls = Kind(rawValue: 0x20)
        /// The name of a network namespace (§2.2.7).
        public static let namespace = Kind(rawValue: 0x30)
    }

    /// What it is about.
    public var kind: Kind
    /// Its value.
    public var bytes: [UInt8]

    /// Creates a field.
    public init(_ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    /// How many bytes a unique ID has at most (§2.2.5).
    public static let uniqueIDByteCountMax = 128
    /// A field's type and length, in bytes.
    static let headByteCount = 3
    /// What a TLS field has before its own fields: flags, and how the certificate was judged; in bytes.
    static let tlsHeadByteCount = 5
    /// A checksum's bytes.
    static let checksumByteCount = 4
}

extension ProxyField.Kind: CustomStringConvertible {
    /// The specification's name without its prefix, or the number: `AUTHORITY`, `0xe0`.
    public var description: String {
        switch self {
        case .alpn: "ALPN"
        case .authority: "AUTHORITY"
        case .checksum: "CRC32C"
        case .padding: "NOOP"
        case .uniqueID: "UNIQUE_ID"
        case .tls: "SSL"
        case .namespace: "NETNS"
        default: "0x" + CollectionOfOne(rawValue).hexadecimal
        }
    }
}
