import ProxyProtocol
import TestKit
import Testing

/// The fields of version 2 (§2.2.1 to §2.2.8).
@Suite struct ProxyFieldTests {
    private static func reading(_ fields: [UInt8], family: UInt8 = 0x11) -> Reading {
        let addresses = family == 0x11 ? HeaderBytes.tcp4 : []
        return readDripping(HeaderBytes.binary(family: family, addresses + fields)).reading
    }

    @Test func `fields are kept raw and in their order, whatever they are`() {
        let fields: [(UInt8, [UInt8])] = [
            (0x02, Array("example.com".utf8)), (0x01, Array("h2".utf8)), (0xE0, [1, 2, 3]),
            (0x02, [0xFF]), (0x04, []), (0x77, HeaderBytes.zeros(300)), (0x05, [9]),
        ]
        let header = Self.reading(fields.flatMap { HeaderBytes.field($0.0, $0.1) }).header
        #expect(
            header?.fields == fields.map { ProxyField(.init(rawValue: $0.0), $0.1) }
        )
    }

    @Test func `a field that reaches beyond the header is refused`() {
        let right = HeaderBytes.field(0x02, Array("example.com".utf8))
        for count in 1..<right.count {
            #expect(
                Self.reading(Array(right[..<count])) == .error(.malformedField(.authority)),
                "\(count) bytes"
            )
        }
        #expect(
            Self.reading(right + [0xE0, 0xFF, 0xFF, 1])
                == .error(.malformedField(.init(rawValue: 0xE0)))
        )
    }

    @Test func `a unique ID has 128 bytes at most`() {
        for count in [0, 127, 128] {
            let field = HeaderBytes.field(0x05, HeaderBytes.zeros(count))
            #expect(Self.reading(field).header?.fields.first?.bytes.count == count)
        }
        #expect(
            Self.reading(HeaderBytes.field(0x05, HeaderBytes.zeros(129)))
                == .error(.malformedField(.uniqueID))
        )
    }

    @Test func `what TLS was like has its own fields`() {
        let inner = HeaderBytes.field(0x21, Array("TLSv1.3".utf8)) + HeaderBytes.field(0x22, [0x61])
        let value: [UInt8] = [0x07, 0, 0, 0, 0] + inner
        #expect(
            Self.reading(HeaderBytes.field(0x20, value)).header?.fields
                == [ProxyField(.tls, value)]
        )
        #expect(Self.reading(HeaderBytes.field(0x20, [1, 0, 0, 0, 0])).header != nil)
        for wrong in [Array(value.dropLast()), [], [1, 0, 0, 0], [1, 0, 0, 0, 0, 0x21]] {
            #expect(
                Self.reading(HeaderBytes.field(0x20, wrong)) == .error(.malformedField(.tls))
            )
        }
    }

    /// A header with a checksum between two other fields.
    private static func summed(
        family: UInt8 = 0x11,
        _ addresses: [UInt8] = HeaderBytes.tcp4
    )
        -> [UInt8]
    {
        let before = HeaderBytes.field(0x02, [0x61])
        let behind = HeaderBytes.field(0xE0, [1, 2])
        let zeroed = HeaderBytes.binary(
            family: family,
            addresses + before + HeaderBytes.field(0x03, [0, 0, 0, 0]) + behind
        )
        let end = zeroed.count - behind.count
        return zeroed[..<(end - 4)] + HeaderBytes.checksum(zeroed) + zeroed[end...]
    }

    @Test func `the checksum is CRC-32C`() {
        // The check value of the catalogues of CRCs.
        #expect(HeaderBytes.checksum(Array("123456789".utf8)) == [0xE3, 0x06, 0x92, 0x83])
    }

    @Test func `a right checksum is accepted`() {
        for (family, addresses) in [
            (UInt8(0x11), HeaderBytes.tcp4), (0x21, HeaderBytes.tcp6), (0x00, []),
            (0x31, HeaderBytes.zeros(216)),
        ] {
            let header = readDripping(Self.summed(family: family, addresses)).reading.header
            #expect(header?.fields.map(\.kind) == [.authority, .checksum, .init(rawValue: 0xE0)])
        }
    }

    @Test func `one bit anywhere makes the checksum wrong`() {
        let right = Self.summed()
        for index in 16..<right.count {
            for bit in 0..<8 {
                var bytes = right
                bytes[index] ^= 1 << UInt8(bit)
                // Types and lengths may be what was hit: then it is another error, or no checksum any more.
                switch Reading(bytes) {
                case .error(.wrongChecksum), .error(.malformedField): break
                case .header(let header):
                    #expect(
                        !header.fields.contains { $0.kind == .checksum },
                        "bit \(bit) of \(index)"
                    )
                case let other: Issue.record("bit \(bit) of \(index): \(other)")
                }
            }
        }
        var bytes = right
        bytes[20] ^= 1
        guard case .error(.wrongChecksum(let got, let expected)) = Reading(bytes) else {
            Issue.record("\(Reading(bytes))")
            return
        }
        #expect(got != expected)
    }

    @Test func `a checksum has four bytes and comes once`() {
        for count in [0, 3, 5] {
            let field = HeaderBytes.field(0x03, HeaderBytes.zeros(count))
            #expect(Self.reading(field) == .error(.malformedField(.checksum)))
        }
        let two =
            HeaderBytes.field(0x03, HeaderBytes.zeros(4))
            + HeaderBytes.field(0x03, HeaderBytes.zeros(4))
        #expect(Self.reading(two) == .error(.malformedField(.checksum)))
    }

    @Test func `LOCAL and UNSPEC are accepted with anything in them, but for a wrong checksum`() {
        let id = HeaderBytes.field(0x05, [1, 2, 3])
        for command: UInt8 in [0x20, 0x21] {
            func read(_ body: [UInt8]) -> Reading {
                readDripping(
                    HeaderBytes.binary(versionAndCommand: command, family: 0, body)
                ).reading
            }
            #expect(read(id).header?.fields == [ProxyField(.uniqueID, [1, 2, 3])])
            #expect(read(id + [1]).header?.fields == [])
            #expect(read([0xFF, 0xFF, 0xFF, 0xFF]).header?.fields == [])
            #expect(read(HeaderBytes.field(0x03, [1, 2, 3, 4])).error != nil)
        }
    }

    @Test func `kinds have the names of the specification`() {
        let kinds: [ProxyField.Kind] = [
            .alpn, .authority, .checksum, .padding, .uniqueID, .tls, .namespace,
            .init(rawValue: 0xE0),
        ]
        #expect(
            kinds.map(\.description)
                == ["ALPN", "AUTHORITY", "CRC32C", "NOOP", "UNIQUE_ID", "SSL", "NETNS", "0xe0"]
        )
        #expect(kinds.prefix(7).map(\.rawValue) == [1, 2, 3, 4, 5, 0x20, 0x30])
    }
}
