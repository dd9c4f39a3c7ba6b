import ProxyProtocol
import TestKit
import Testing
import Vocabulary

/// Headers that are written.
@Suite struct ProxyHeaderBytesTests {
    private static let v4 = Endpoint(host: "192.0.2.1", port: 4711)
    private static let other4 = Endpoint(host: "192.0.2.9", port: 443)
    private static let v6 = Endpoint(host: "2001:db8::1", port: 4711)
    private static let other6 = Endpoint(host: "2001:db8::9", port: 443)

    private func text(_ source: Endpoint?, _ destination: Endpoint?) -> String {
        String(
            decoding: ProxyHeader.bytes(version: .one, source: source, destination: destination),
            as: UTF8.self
        )
    }

    @Test func `version 1 is a line`() {
        #expect(text(Self.v4, Self.other4) == "PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n")
        #expect(text(Self.v6, Self.other6) == "PROXY TCP6 2001:db8::1 2001:db8::9 4711 443\r\n")
    }

    @Test func `version 2 is binary`() {
        #expect(
            ProxyHeader.bytes(version: .two, source: Self.v4, destination: Self.other4)
                == HeaderBytes.binary()
        )
        #expect(
            ProxyHeader.bytes(version: .two, source: Self.v6, destination: Self.other6)
                == HeaderBytes.binary(family: 0x21, HeaderBytes.tcp6)
        )
    }

    @Test func `of two families IPv4 is sent as the IPv6 address that stands for it`() {
        #expect(text(Self.v4, Self.other6) == "PROXY TCP6 ::ffff:c000:201 2001:db8::9 4711 443\r\n")
        #expect(text(Self.v6, Self.other4) == "PROXY TCP6 2001:db8::1 ::ffff:c000:209 4711 443\r\n")
        for version in ProxyHeader.Version.allCases {
            let bytes = ProxyHeader.bytes(
                version: version,
                source: Self.v4,
                destination: Self.other6
            )
            let header = Reading(bytes).header
            #expect(header?.source?.description == "[::ffff:192.0.2.1]:4711")
            #expect(header?.destination == Self.other6)
        }
    }

    @Test(arguments: [
        (nil, ProxyHeaderBytesTests.v4), (ProxyHeaderBytesTests.v4, nil), (nil, nil),
        (Endpoint(host: "client", port: 1), ProxyHeaderBytesTests.v4),
        (ProxyHeaderBytesTests.v4, Endpoint(host: "192.0.2.1", port: 65_536)),
        (ProxyHeaderBytesTests.v4, Endpoint(host: "192.0.2.1", port: -1)),
    ])
    func `without both addresses it says so`(source: Endpoint?, destination: Endpoint?) {
        #expect(text(source, destination) == "PROXY UNKNOWN\r\n")
        let bytes = ProxyHeader.bytes(version: .two, source: source, destination: destination)
        #expect(bytes == HeaderBytes.binary(versionAndCommand: 0x20, family: 0, []))
        #expect(Reading(bytes).header?.origin == .local)
    }

    @Test func `version 2 carries fields and a checksum of its own`() {
        let fields = [
            ProxyField(.uniqueID, [1, 2]), ProxyField(.checksum, [9, 9, 9, 9]),
            ProxyField(.init(rawValue: 0xE0), []),
        ]
        let bytes = ProxyHeader.bytes(
            version: .two,
            source: Self.v4,
            destination: Self.other4,
            fields: fields,
            hasChecksum: true
        )
        let header = readDripping(bytes).reading.header
        #expect(header?.fields.map(\.kind) == [.uniqueID, .init(rawValue: 0xE0), .checksum])
        let start = bytes.count - 4
        #expect(Array(bytes[start...]) == HeaderBytes.checksum(bytes[..<start] + [0, 0, 0, 0]))
        let unsummed = ProxyHeader.bytes(
            version: .two,
            source: nil,
            destination: nil,
            fields: fields
        )
        #expect(Reading(unsummed).header?.fields == [fields[0], fields[2]])
    }

    @Test(arguments: Seeds.some(500))
    func `what is written is read again`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let isIPv6 = Bool.random(using: &generator)
        func endpoint() -> Endpoint {
            let high = generator.next() & (Bool.random(using: &generator) ? .max : 0xFF)
            let address =
                isIPv6
                ? IPAddress(v6: high, generator.next())
                : IPAddress(v4: UInt32(truncatingIfNeeded: generator.next()))
            return Endpoint(
                host: address.description,
                port: Int.random(in: 0...65_535, using: &generator)
            )
        }
        let (source, destination) = (endpoint(), endpoint())
        let fields = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            ProxyField(
                .init(rawValue: UInt8.random(in: 0xE0...0xFF, using: &generator)),
                generator.bytes(Int.random(in: 0...200, using: &generator))
            )
        }
        for version in ProxyHeader.Version.allCases {
            let bytes = ProxyHeader.bytes(
                version: version,
                source: source,
                destination: destination,
                fields: fields
            )
            #expect(
                readDripping(bytes, "SEED=\(seed)").reading
                    == .header(
                        ProxyHeader(
                            version: version,
                            origin: .relayed(source: source, destination: destination),
                            fields: version == .two ? fields : [],
                            byteCount: bytes.count
                        )
                    ),
                "SEED=\(seed)"
            )
        }
    }
}
