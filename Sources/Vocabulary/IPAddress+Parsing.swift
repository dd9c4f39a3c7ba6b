extension IPAddress {
    /// Reads an address as it is written: `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`.
    ///
    /// IPv4 has four numbers without leading zeros, which others read as octal. IPv6 is as RFC 4291 §2.2
    /// has it; a zone (`%eth0`) is none of it.
    ///
    /// - Returns: `nil` when the text is no address, brackets, ports and spaces included.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let groups = Self.groups(bytes[...]) else { return nil }
            let halves = groups.map { UInt64($0) }
            self.init(
                v6: halves[..<4].reduce(0) { $0 << 16 | $1 },
                halves[4...].reduce(0) { $0 << 16 | $1 }
            )
        } else {
            guard let value = Self.v4(bytes[...]) else { return nil }
            self.init(v4: value)
        }
    }

    /// Reads an address from its four or sixteen bytes in network order.
    ///
    /// - Returns: `nil` for any other number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4:
            self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self.init(
                v6: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
            )
        default: return nil
        }
    }

    /// Its four or sixteen bytes in network order.
    public var bytes: [UInt8] {
        isIPv6 ? Self.bytes(of: high) + Self.bytes(of: low) : Array(Self.bytes(of: low).suffix(4))
    }

    private static func bytes(of half: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
    }

    private static func v4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            var number: UInt32 = 0
            for byte in part {
                guard let digit = digit(byte), digit < 10 else { return nil }
                number = number * 10 + UInt32(digit)
            }
            guard number < 256 else { return nil }
            value = value << 8 | number
        }
        return value
    }

    /// The eight groups of an IPv6 address, the ones that `::` stands for included.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        let pair = text.indices.first { index in
            text[index] == colon && index + 1 < text.endIndex && text[index + 1] == colon
        }
        guard let pair else {
            guard let groups = run(text, isLast: true), groups.count == 8 else { return nil }
            return groups
        }
        // RFC 4291 §2.2: "::" stands for one or more groups, and comes once.
        let (before, after) = (text[..<pair], text[(pair + 2)...])
        guard let head = before.isEmpty ? [] : run(before, isLast: false),
            let tail = after.isEmpty ? [] : run(after, isLast: true),
            head.count + tail.count < 8
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// Groups with one colon between each; the last one may be an IPv4 address, which is two.
    private static func run(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt16]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let value = v4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for byte in part {
                guard let digit = digit(byte) else { return nil }
                group = group << 4 | UInt16(digit)
            }
            groups.append(group)
        }
        return groups
    }

    /// What a hexadecimal digit of either case is worth.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
