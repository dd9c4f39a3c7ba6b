public import Vocabulary

extension ProxyHeader {
    /// The bytes of a header that says whose connection it is.
    ///
    /// Both addresses must be of one family. With an IPv4 and an IPv6 address the former is sent as the IPv6
    /// address that stands for it (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2): nothing is lost, and the receiver
    /// can tell, which it could not after `UNKNOWN`.
    ///
    /// Without both addresses version 1 says `UNKNOWN`, for which it has no other word. Version 2 says `LOCAL`:
    /// every receiver must accept that, and may refuse `UNSPEC`.
    ///
    /// - Parameters:
    ///   - version: How it is written.
    ///   - source: The client; a host that is no address counts as unknown.
    ///   - destination: Where the client wanted to go; likewise.
    ///   - fields: What else version 2 says; version 1 says nothing else. A checksum among them is left out.
    ///   - hasChecksum: Whether version 2 gets a checksum.
    /// - Returns: Bytes that ``ProxyHeaderParser`` reads as it was meant.
    public static func bytes(
        version: Version,
        source: Endpoint?,
        destination: Endpoint?,
        fields: [ProxyField] = [],
        hasChecksum: Bool = false
    ) -> [UInt8] {
        let ends = Ends(source: source, destination: destination)
        return switch version {
        case .one: line(ends)
        case .two: binary(ends, fields: fields, hasChecksum: hasChecksum)
        }
    }

    /// Two addresses of one family, with their ports.
    private struct Ends {
        var source: IPAddress
        var destination: IPAddress
        var ports: [UInt16]

        init?(source: Endpoint?, destination: Endpoint?) {
            guard let source, let destination,
                let sourceAddress = IPAddress(source.host),
                let destinationAddress = IPAddress(destination.host),
                let sourcePort = UInt16(exactly: source.port),
                let destinationPort = UInt16(exactly: destination.port)
            else { return nil }
            let isMixed = sourceAddress.isIPv6 != destinationAddress.isIPv6
            self.source = isMixed ? sourceAddress.mapped : sourceAddress
            self.destination = isMixed ? destinationAddress.mapped : destinationAddress
            ports = [sourcePort, destinationPort]
        }

        var isIPv6: Bool { source.isIPv6 }
    }

    private static func line(_ ends: Ends?) -> [UInt8] {
        guard let ends else { return Array("PROXY UNKNOWN\r\n".utf8) }
        // §2.1 knows hexadecimal groups alone, so a mapped address is written in them.
        let addresses = [ends.source, ends.destination].map { $0.isIPv6 ? $0.groups : "\($0)" }
        let words =
            ["PROXY", ends.isIPv6 ? "TCP6" : "TCP4"] + addresses + ends.ports.map { "\($0)" }
        return Array((words.joined(separator: " ") + "\r\n").utf8)
    }

    private static func binary(
        _ ends: Ends?,
        fields: [ProxyField],
        hasChecksum: Bool
    ) -> [UInt8] {
        let isRelayed: UInt8 = ends == nil ? 0 : 1
        let family =
            ends.map { $0.isIPv6 ? BinaryHeader.Family.tcp6 : BinaryHeader.Family.tcp4 }
            ?? BinaryHeader.Family.unspecified
        var bytes = BinaryHeader.signature + [0x20 | isRelayed, family, 0, 0]
        if let ends {
            bytes += ends.source.bytes + ends.destination.bytes
            bytes += ends.ports.flatMap { bigEndian($0) }
        }
        for field in fields where field.kind != .checksum { append(field, to: &bytes) }
        if hasChecksum { append(ProxyField(.checksum, [0, 0, 0, 0]), to: &bytes) }
        let following = bytes.count - BinaryHeader.headByteCount
        precondition(following <= UInt16.max, "\(following) bytes of addresses and fields")
        bytes.replaceSubrange(14..<16, with: bigEndian(UInt16(following)))
        if hasChecksum {
            var checksum = CRC32C()
            checksum.add(bytes)
            bytes.removeLast(ProxyField.checksumByteCount)
            bytes += bigEndian(checksum.value)
        }
        return bytes
    }

    private static func append(_ field: ProxyField, to bytes: inout [UInt8]) {
        precondition(field.bytes.count <= UInt16.max, "a field of \(field.bytes.count) bytes")
        bytes.append(field.kind.rawValue)
        bytes += bigEndian(UInt16(field.bytes.count)) + field.bytes
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        stride(from: value.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: value >> $0)
        }
    }
}
