internal import Vocabulary

/// Version 1: `PROXY TCP4 192.0.2.1 192.0.2.9 4711 443` and CRLF (§2.1).
enum TextHeader {
    /// What a header of version 1 begins with.
    static let signature = Array("PROXY ".utf8)
    /// How many bytes a line has at most, CRLF included.
    static let byteCountMax = 107

    private enum Family: String, CaseIterable {
        case v4 = "TCP4"
        case v6 = "TCP6"
        case unknown = "UNKNOWN"
    }

    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")

    /// Reads a line whose first byte is that of the signature.
    static func parse(_ bytes: RawSpan) throws(ProxyHeaderError) -> ProxyHeader? {
        guard try ProxyHeaderParser.matches(signature, bytes),
            let family = try family(bytes)
        else { return nil }
        let start = signature.count + family.rawValue.utf8.count
        guard let end = try lineEnd(bytes, from: start, family: family) else { return nil }
        // §2.1: behind UNKNOWN "the receiver must ignore anything presented before the CRLF".
        let origin =
            family == .unknown
            ? .unknown : try ends(bytes.bytes(start..<end), isIPv6: family == .v6)
        return ProxyHeader(version: .one, origin: origin, byteCount: end + 2)
    }

    /// The word behind the signature, with what has to follow it.
    ///
    /// - Returns: `nil` when the bytes end before it is certain.
    private static func family(_ bytes: RawSpan) throws(ProxyHeaderError) -> Family? {
        for family in Family.allCases {
            let word = Array(family.rawValue.utf8)
            let end = signature.count + word.count
            let have = min(bytes.byteCount, end)
            guard
                bytes.bytes(signature.count..<have).elementsEqual(
                    word.prefix(have - signature.count)
                )
            else { continue }
            guard bytes.byteCount > end else { return nil }
            let next = bytes.octet(end)
            let isOver = next == space || family == .unknown && next == carriageReturn
            guard isOver else { throw .malformedLine(.family) }
            return family
        }
        throw .malformedLine(.family)
    }

    /// Where CRLF stands.
    ///
    /// - Returns: `nil` when the bytes end before it.
    private static func lineEnd(
        _ bytes: RawSpan,
        from start: Int,
        family: Family
    ) throws(ProxyHeaderError) -> Int? {
        for index in start..<min(bytes.byteCount, byteCountMax) {
            let byte = bytes.octet(index)
            if byte == lineFeed, index > start, bytes.octet(index - 1) == carriageReturn {
                return index - 1
            }
            // §2.1: CR or LF alone end no line. Behind UNKNOWN they are ignored like everything else.
            let isLone =
                byte == lineFeed || index > start && bytes.octet(index - 1) == carriageReturn
            if isLone, family != .unknown { throw .malformedLine(.lineEnd) }
        }
        guard bytes.byteCount < byteCountMax else { throw .lineTooLong(limit: byteCountMax) }
        return nil
    }

    /// Reads ` address address port port`.
    private static func ends(
        _ text: [UInt8],
        isIPv6: Bool
    ) throws(ProxyHeaderError) -> ProxyHeader.Origin {
        let words = text.split(separator: space, omittingEmptySubsequences: false)
        guard words.count == 5, words.dropFirst().allSatisfy({ !$0.isEmpty }) else {
            throw .malformedLine(.words)
        }
        guard let source = address(words[1], isIPv6: isIPv6) else {
            throw .malformedLine(.sourceAddress)
        }
        guard let destination = address(words[2], isIPv6: isIPv6) else {
            throw .malformedLine(.destinationAddress)
        }
        guard let sourcePort = port(words[3]) else { throw .malformedLine(.sourcePort) }
        guard let destinationPort = port(words[4]) else { throw .malformedLine(.destinationPort) }
        return .relayed(
            source: Endpoint(host: source.description, port: sourcePort),
            destination: Endpoint(host: destination.description, port: destinationPort)
        )
    }

    /// Reads an address of the line's family.
    ///
    /// §2.1 writes IPv6 in hexadecimal groups alone. A mapped address with a dotted end is read too, because
    /// `inet_ntop` writes it so and senders use that.
    private static func address(_ word: ArraySlice<UInt8>, isIPv6: Bool) -> IPAddress? {
        let address = IPAddress(String(decoding: word, as: UTF8.self))
        return address?.isIPv6 == isIPv6 ? address : nil
    }

    /// Reads a port, without zeros in front (§2.1).
    private static func port(_ word: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(word.count), word.count == 1 || word.first != UInt8(ascii: "0")
        else { return nil }
        var port = 0
        for byte in word {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            port = port * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return port <= 65_535 ? port : nil
    }
}
