public import Vocabulary

/// A network as CIDR writes it (RFC 4632 §3.1): `10.0.0.0/8`, `fd00::/8`, or one address.
public struct AddressRange: Hashable, Sendable {
    /// What is wrong with a network.
    public enum Failure: Error, Equatable, Sendable {
        /// It does not begin with an address.
        case noAddress
        /// What stands behind the slash is no number from 0 to the address's bits.
        case noLength(bitCount: Int)
        /// The address has bits that the length does not cover: one of the two is a slip.
        case bitsBeyondLength(network: String, address: String)
    }

    /// The network's first address; IPv4 where it was written as mapped IPv6.
    public let address: IPAddress
    /// How many bits all its addresses have in common.
    public let length: Int

    /// Reads a network.
    ///
    /// - Throws: ``Failure``.
    public init(_ text: some StringProtocol) throws(Failure) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { throw .noAddress }
        let bitCount = address.isIPv6 ? 128 : 32
        var length = bitCount
        if parts.count > 1 {
            guard let number = Self.number(parts[1]), number <= bitCount else {
                throw .noLength(bitCount: bitCount)
            }
            length = number
        }
        let start = Self.start(of: address, length: length)
        guard start == address else {
            throw .bitsBeyondLength(network: "\(start)/\(length)", address: "\(address)")
        }
        // ::ffff:10.0.0.0/104 is 10.0.0.0/8.
        let isMapped = address.isMapped && length >= 96
        self.address = isMapped ? address.unmapped : address
        self.length = isMapped ? length - 96 : length
    }

    /// Whether an address lies in it, an IPv4 one as mapped IPv6 too.
    public func contains(_ other: IPAddress) -> Bool {
        let other = other.unmapped
        return other.isIPv6 == address.isIPv6 && Self.start(of: other, length: length) == address
    }

    /// The address with all bits behind its first `length` cleared.
    private static func start(of address: IPAddress, length: Int) -> IPAddress {
        guard address.isIPv6 else {
            return IPAddress(
                v4: UInt32(truncatingIfNeeded: address.low) & ~(.max >> UInt32(length))
            )
        }
        // Shifts by 64 and more leave nothing.
        let (high, low) = (min(length, 64), max(0, length - 64))
        return IPAddress(
            v6: address.high & ~(UInt64.max >> UInt64(high)),
            address.low & ~(UInt64.max >> UInt64(low))
        )
    }

    private static func number(_ digits: some StringProtocol) -> Int? {
        guard (1...3).contains(digits.utf8.count), digits.utf8.count == 1 || digits.first != "0",
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(digits)
    }
}

extension AddressRange: CustomStringConvertible {
    /// `10.0.0.0/8`; one address without its length.
    public var description: String {
        length == (address.isIPv6 ? 128 : 32) ? "\(address)" : "\(address)/\(length)"
    }
}

extension AddressRange.Failure: CustomStringConvertible {
    /// What a network must look like, as the end of a sentence.
    public var description: String {
        switch self {
        case .noAddress:
            "a network is an IP address, or its first address and its length, for example 10.0.0.0/8"
        case .noLength(let bitCount):
            "behind the slash stands how many bits the network has in common, from 0 to \(bitCount)"
        case .bitsBeyondLength(let network, let address):
            "write \(network) for the network, or \(address) for the one address"
        }
    }
}
