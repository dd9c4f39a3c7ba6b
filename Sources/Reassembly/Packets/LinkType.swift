/// What stands before the IP header of a captured packet (the LINKTYPE_ values of tcpdump.org).
public struct LinkType: RawRepresentable, Hashable, Sendable {
    /// The value that libpcap calls `DLT_…`.
    public let rawValue: Int32

    /// Creates a link type from its value.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// BSD loopback: four bytes of protocol family, in the byte order of the machine that captured.
    public static let null = LinkType(rawValue: 0)
    /// Ethernet.
    public static let ethernet = LinkType(rawValue: 1)
    /// PPP.
    public static let ppp = LinkType(rawValue: 9)
    /// IP and nothing before it; the version is in the first four bits.
    public static let raw = LinkType(rawValue: 101)
    /// PPP in HDLC-like framing.
    public static let pppSerial = LinkType(rawValue: 50)
    /// Cisco HDLC.
    public static let ciscoHDLC = LinkType(rawValue: 104)
    /// OpenBSD loopback: as ``null``, in network order.
    public static let loop = LinkType(rawValue: 108)
    /// Linux cooked capture, version 1.
    public static let linuxCooked = LinkType(rawValue: 113)
    /// Packets that netfilter logged.
    public static let netfilterLog = LinkType(rawValue: 239)
    /// IPv4 and nothing before it.
    public static let ipv4 = LinkType(rawValue: 228)
    /// IPv6 and nothing before it.
    public static let ipv6 = LinkType(rawValue: 229)
    /// Linux cooked capture, version 2.
    public static let linuxCooked2 = LinkType(rawValue: 276)

    /// Whether packets of the type can be read.
    public var isReadable: Bool {
        switch self {
        case .null, .ethernet, .ppp, .raw, .pppSerial, .ciscoHDLC, .loop, .linuxCooked,
            .netfilterLog, .ipv4, .ipv6, .linuxCooked2, LinkType(rawValue: 12),
            LinkType(rawValue: 14):
            // 12 and 14 are what raw IP is called on BSD.
            true
        default: false
        }
    }
}

/// What stands behind a link header.
enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let ipv6: UInt16 = 0x86DD
    static let vlan: UInt16 = 0x8100
    static let serviceVLAN: UInt16 = 0x88A8
    static let oldServiceVLAN: UInt16 = 0x9100
    static let mpls: UInt16 = 0x8847
    static let pppoeSession: UInt16 = 0x8864
}

extension LinkType {
    /// Where the IP header begins.
    ///
    /// - Returns: `nil` when the packet carries no IP, or ends before it.
    func networkStart(in bytes: RawSpan) -> Int? {
        switch self {
        case .ethernet: Self.behindEtherType(at: 12, in: bytes)
        case .raw, .ipv4, .ipv6, LinkType(rawValue: 12), LinkType(rawValue: 14): 0
        case .null: Self.behindFamily(in: bytes)
        case .loop: Self.behindFamily(in: bytes)
        case .linuxCooked: Self.behindEtherType(at: 14, in: bytes)
        case .linuxCooked2: Self.behindCooked2(in: bytes)
        case .ppp, .pppSerial: Self.behindPPP(at: 0, in: bytes)
        case .ciscoHDLC: Self.behindEtherType(at: 2, in: bytes)
        case .netfilterLog: Self.insideNetfilterLog(bytes)
        default: nil
        }
    }

    /// Behind an EtherType and the tags that may follow it: 802.1Q, QinQ, MPLS, PPPoE.
    private static func behindEtherType(at offset: Int, in bytes: RawSpan) -> Int? {
        var offset = offset
        // More tags than a frame has room for end the loop at the frame's end.
        while offset + 2 <= bytes.byteCount {
            switch bytes.word(offset) {
            case EtherType.ipv4, EtherType.ipv6: return offset + 2
            case EtherType.vlan, EtherType.serviceVLAN, EtherType.oldServiceVLAN: offset += 4
            case EtherType.mpls: return behindMPLS(at: offset + 2, in: bytes)
            case EtherType.pppoeSession: return behindPPP(at: offset + 8, in: bytes)
            default: return nil
            }
        }
        return nil
    }

    /// Behind the label that is the bottom of the stack (RFC 3032 §2.1).
    private static func behindMPLS(at offset: Int, in bytes: RawSpan) -> Int? {
        var offset = offset
        while offset + 4 <= bytes.byteCount {
            let isBottom = bytes.octet(offset + 2) & 1 != 0
            offset += 4
            if isBottom { return offset }
        }
        return nil
    }

    private static func behindPPP(at offset: Int, in bytes: RawSpan) -> Int? {
        var offset = offset
        guard offset + 2 <= bytes.byteCount else { return nil }
        // RFC 1662 §3.1: address and control may have been left out.
        if bytes.word(offset) == 0xFF03 { offset += 2 }
        guard offset + 2 <= bytes.byteCount else { return nil }
        // RFC 1661 §2: an odd first byte is the whole protocol number.
        let isShort = bytes.octet(offset) & 1 != 0
        let number = isShort ? UInt16(bytes.octet(offset)) : bytes.word(offset)
        return number == 0x0021 || number == 0x0057 ? offset + (isShort ? 1 : 2) : nil
    }

    /// The family's number differs between systems, and so may the byte order: IP shows itself.
    private static func behindFamily(in bytes: RawSpan) -> Int? {
        guard bytes.byteCount > 4 else { return nil }
        let version = bytes.octet(4) >> 4
        return version == 4 || version == 6 ? 4 : nil
    }

    private static func behindCooked2(in bytes: RawSpan) -> Int? {
        guard bytes.byteCount >= 20 else { return nil }
        switch bytes.word(0) {
        case EtherType.ipv4, EtherType.ipv6: return 20
        case EtherType.vlan, EtherType.serviceVLAN:
            // The tag's own two bytes, and then the type of what it carries.
            return behindEtherType(at: 22, in: bytes)
        default: return nil
        }
    }

    /// A list of type-length-value entries, padded to four bytes, in the machine's byte order.
    private static func insideNetfilterLog(_ bytes: RawSpan) -> Int? {
        var offset = 4
        while offset + 4 <= bytes.byteCount {
            let length = Int(UInt16(byteSwapped(bytes.word(offset))))
            let type = byteSwapped(bytes.word(offset + 2)) & 0x7FFF
            guard length >= 4 else { return nil }
            // NFULA_PAYLOAD
            if type == 9 { return offset + 4 }
            offset += (length + 3) & ~3
        }
        return nil
    }

    private static func byteSwapped(_ value: UInt16) -> UInt16 { value.byteSwapped }
}
