/// An IPv4 or IPv6 address.
public struct IPAddress: Hashable, Sendable {
    /// The first eight bytes of an IPv6 address; 0 for IPv4.
    public var high: UInt64
    /// The last eight bytes of an IPv6 address, or an IPv4 address in the lowest four.
    public var low: UInt64
    /// Which of the two it is.
    public var isIPv6: Bool

    /// Creates an IPv4 address from its four bytes, the first one highest.
    public init(v4 value: UInt32) {
        high = 0
        low = UInt64(value)
        isIPv6 = false
    }

    /// Creates an IPv6 address from its two halves.
    public init(v6 high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
        isIPv6 = true
    }

    /// Whether it is an IPv4 address in the dress of an IPv6 one: `::ffff:192.0.2.1`
    /// (RFC 4291 §2.5.5.2).
    public var isMapped: Bool { isIPv6 && high == 0 && low >> 32 == 0xFFFF }

    /// The IPv4 address that a mapped one stands for; every other address as it is.
    public var unmapped: IPAddress {
        isMapped ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : self
    }

    /// The IPv6 address that stands for an IPv4 one; every other address as it is.
    public var mapped: IPAddress { isIPv6 ? self : IPAddress(v6: 0, 0xFFFF << 32 | low) }
}

extension IPAddress: CustomStringConvertible {
    /// `192.0.2.1`, or IPv6 as RFC 5952 wants it: `2001:db8::1`, `::ffff:192.0.2.1`.
    public var description: String {
        if !isIPv6 { return dotted }
        return isMapped ? "::ffff:\(dotted)" : groups
    }

    /// An IPv6 address in hexadecimal groups alone, a mapped one too: `::ffff:c000:201`.
    public var groups: String {
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - 16 * UInt64(index % 4)))
        }
        let words = groups.map { String($0, radix: 16) }
        guard let zeros = Self.longestZeros(in: groups) else { return words.joined(separator: ":") }
        return words[..<zeros.lowerBound].joined(separator: ":") + "::"
            + words[zeros.upperBound...].joined(separator: ":")
    }

    /// The lowest four bytes as an IPv4 address.
    private var dotted: String {
        (0..<4).map { String(low >> (24 - 8 * UInt64($0)) & 0xFF) }.joined(separator: ".")
    }

    /// RFC 5952 §4.2: the longest run of at least two zero groups, the first of equals.
    private static func longestZeros(in groups: [UInt16]) -> Range<Int>? {
        var longest = 0..<0
        var start = 0
        for index in groups.indices {
            guard groups[index] == 0 else {
                start = index + 1
                continue
            }
            if index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest.count > 1 ? longest : nil
    }
}
