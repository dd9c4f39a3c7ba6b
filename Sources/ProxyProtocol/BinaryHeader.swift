internal import Vocabulary

/// Version 2 (§2.2).
///
/// ```
/// +--------------------+---------+---------+-----------+-----------+--------+
/// | signature, 12 bytes| version,| family, | how many  | addresses,| fields |
/// |                    | command | transp. | follow, 2 | ports     |        |
/// +--------------------+---------+---------+-----------+-----------+--------+
/// ```
enum BinaryHeader {
    /// What a header of version 2 begins with.
    static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    /// Everything before the addresses, in bytes.
    static let headByteCount = 16

    /// Family and transport in one byte.
    enum Family {
        static let unspecified: UInt8 = 0x00
        static let tcp4: UInt8 = 0x11
        static let tcp6: UInt8 = 0x21

        /// How many bytes addresses and ports take; `nil` where the specification does not say.
        static func addressByteCount(_ family: UInt8) -> Int? {
            switch family {
            case unspecified: 0
            case tcp4, 0x12: 12
            case tcp6, 0x22: 36
            case 0x31, 0x32: 216
            default: nil
            }
        }

        /// Whether family and transport are assigned, each by itself.
        static func isAssigned(_ family: UInt8) -> Bool { family >> 4 <= 3 && family & 0xF <= 2 }
    }

    /// Reads a header of which nothing is known yet.
    static func parse(_ bytes: RawSpan) throws(ProxyHeaderError) -> ProxyHeader? {
        guard try ProxyHeaderParser.matches(signature, bytes), bytes.byteCount > 12 else {
            return nil
        }
        let (version, command) = (bytes.octet(12) >> 4, bytes.octet(12) & 0xF)
        guard version == 2 else { throw .unknownVersion(version) }
        guard command <= 1 else { throw .unknownCommand(command) }
        guard bytes.byteCount > 13 else { return nil }
        let (isLocal, family) = (command == 0, bytes.octet(13))
        // §2.2: LOCAL means that the family is ignored, whatever it is.
        guard isLocal || Family.isAssigned(family) else { throw .unknownFamily(family) }
        guard bytes.byteCount >= headByteCount else { return nil }
        let end = headByteCount + Int(bytes.word(14))
        guard end <= ProxyHeaderParser.byteCountMax else {
            throw .headerTooLong(got: end, limit: ProxyHeaderParser.byteCountMax)
        }
        let needed = Family.addressByteCount(family) ?? 0
        guard isLocal || end - headByteCount >= needed else {
            throw .addressesCutShort(got: end - headByteCount, needed: needed)
        }
        guard bytes.byteCount >= end else { return nil }
        let header = bytes.extracting(0..<end)
        return ProxyHeader(
            version: .two,
            origin: isLocal ? .local : origin(header, family: family),
            fields: try fields(header, family: family, isLocal: isLocal),
            byteCount: end
        )
    }

    private static func origin(_ header: RawSpan, family: UInt8) -> ProxyHeader.Origin {
        let width: Int
        switch family {
        case Family.tcp4: width = 4
        case Family.tcp6: width = 16
        default: return .unknown
        }
        let first = headByteCount
        let second = first + width
        let ports = second + width
        guard let source = IPAddress(bytes: header.bytes(first..<second)),
            let destination = IPAddress(bytes: header.bytes(second..<ports))
        else { preconditionFailure("addresses of \(width) bytes") }
        return .relayed(
            source: Endpoint(host: source.description, port: Int(header.word(ports))),
            destination: Endpoint(
                host: destination.description,
                port: Int(header.word(ports + 2))
            )
        )
    }

    /// The fields behind the addresses, when it is said where these end.
    ///
    /// LOCAL and UNSPEC must be accepted with anything in them. So there fields are read if there are any, and
    /// what does not look like fields is none.
    private static func fields(
        _ header: RawSpan,
        family: UInt8,
        isLocal: Bool
    ) throws(ProxyHeaderError) -> [ProxyField] {
        guard let addresses = Family.addressByteCount(family) else { return [] }
        let start = headByteCount + addresses
        guard isLocal || family == Family.unspecified else {
            return try FieldList.read(header, from: start)
        }
        guard start <= header.byteCount else { return [] }
        do throws(ProxyHeaderError) {
            return try FieldList.read(header, from: start)
        } catch {
            if case .malformedField = error { return [] }
            throw error
        }
    }
}
