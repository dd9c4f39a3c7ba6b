import ProxyProtocol
import TestKit
import Testing
import Vocabulary

/// What holds for both versions, and for what is neither.
@Suite struct ProxyHeaderParserTests {
    @Test func `no bytes ask for more`() {
        #expect(Reading([UInt8]()) == .more)
    }

    @Test func `the first byte says that it is no header, unless it may be one`() {
        for byte in UInt8.min ... .max {
            #expect(Reading([byte]) == (byte == 0x50 || byte == 0x0D ? .more : .error(.noHeader)))
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 1), ("POST / HTTP/1.1\r\n\r\n", 2),
        ("PROPFIND / HTTP/1.1\r\n\r\n", 4), ("PROXY\r\n", 6), ("PROXYTCP4", 6), ("proxy TCP4", 1),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}", 1), ("\r\nGET / HTTP/1.1", 3), ("\r\n\r\nGET", 5),
    ])
    func `what differs from a header is none from that byte on`(text: String, count: Int) {
        let (reading, certainAfter) = readDripping(Array(text.utf8))
        #expect(reading == .error(.noHeader))
        #expect(certainAfter == count)
    }

    @Test func `every byte of the signature counts`() {
        for index in HeaderBytes.signature.indices {
            var bytes = HeaderBytes.binary()
            bytes[index] ^= 0x80
            let (reading, certainAfter) = readDripping(bytes)
            #expect(reading == .error(.noHeader))
            #expect(certainAfter == index + 1)
        }
    }

    @Test(arguments: [
        (ProxyHeaderError.noHeader, "the connection does not begin with a PROXY header"),
        (.lineTooLong(limit: 107), "the PROXY line does not end within 107 bytes"),
        (.malformedLine(.family), "the PROXY line names neither TCP4, TCP6 nor UNKNOWN"),
        (
            .malformedLine(.words),
            "the PROXY line has not two addresses and two ports with one space before each"
        ),
        (
            .malformedLine(.sourceAddress),
            "the PROXY line has a source address that is none of its family"
        ),
        (
            .malformedLine(.destinationAddress),
            "the PROXY line has a destination address that is none of its family"
        ),
        (
            .malformedLine(.sourcePort),
            "the PROXY line has a source port that is no number from 0 to 65535"
        ),
        (
            .malformedLine(.destinationPort),
            "the PROXY line has a destination port that is no number from 0 to 65535"
        ),
        (.malformedLine(.lineEnd), "the PROXY line ends with CR or LF alone"),
        (.unknownVersion(3), "the PROXY header has version 3, which is not 2"),
        (.unknownCommand(7), "the PROXY header has command 7, which is neither LOCAL nor PROXY"),
        (
            .unknownFamily(0x43),
            "the PROXY header has family and transport 0x43, which mean nothing"
        ),
        (
            .headerTooLong(got: 5000, limit: 4096),
            "the PROXY header has 5000 bytes, which is more than the 4096 that are accepted"
        ),
        (
            .addressesCutShort(got: 4, needed: 12),
            "the PROXY header has 4 bytes for addresses that take 12"
        ),
        (.malformedField(.uniqueID), "the PROXY header's field UNIQUE_ID is malformed"),
        (.wrongChecksum(got: 1, expected: 2), "the PROXY header's checksum is wrong"),
    ])
    func `each error has its sentence`(error: ProxyHeaderError, sentence: String) {
        #expect(error.description == sentence)
    }

    @Test func `headers are told in one line`() {
        let fields = HeaderBytes.field(0x02, [0x61]) + HeaderBytes.field(0xE1, [])
        #expect(
            Reading(HeaderBytes.binary(HeaderBytes.tcp4 + fields)).header?.description
                == "PROXY v2 192.0.2.1:4711 -> 192.0.2.9:443 [AUTHORITY, 0xe1]"
        )
        #expect(Reading("PROXY UNKNOWN\r\n").header?.description == "PROXY v1 unknown")
        #expect(
            Reading(HeaderBytes.binary(versionAndCommand: 0x20, [])).header?.description
                == "PROXY v2 local"
        )
    }

    @Test(arguments: Seeds.some(2000))
    func `random bytes are judged the same however they come`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let prefixes: [[UInt8]] = [
            [], Array("PROXY ".utf8), Array("PROXY TCP4 ".utf8), Array("PROXY UNKNOWN ".utf8),
            HeaderBytes.signature, HeaderBytes.signature + [0x21, 0x11, 0],
            HeaderBytes.signature + [0x20, 0x00, 0], HeaderBytes.signature + [0x21, 0x00, 0],
        ]
        let start = prefixes[Int.random(in: 0..<prefixes.count, using: &generator)]
        let bytes = start + generator.bytes(Int.random(in: 0..<300, using: &generator))
        readDripping(bytes, "SEED=\(seed)")
    }

    private static let valid: [[UInt8]] = [
        Array("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\nGET /".utf8),
        Array("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.9 4711 443\r\nGET /".utf8),
        Array("PROXY UNKNOWN something\r\nGET /".utf8),
        HeaderBytes.binary() + [0x47],
        HeaderBytes.binary(family: 0x21, HeaderBytes.tcp6 + HeaderBytes.field(2, [1, 2, 3])),
        HeaderBytes.binary(versionAndCommand: 0x20, family: 0, HeaderBytes.field(5, [7])),
        HeaderBytes.binary(
            HeaderBytes.tcp4
                + HeaderBytes.field(0x20, [7, 0, 0, 0, 0] + HeaderBytes.field(0x21, [1]))
        ),
        ProxyHeader.bytes(
            version: .two,
            source: Endpoint(host: "::1", port: 1),
            destination: Endpoint(host: "::2", port: 2),
            fields: [ProxyField(.authority, Array("example.com".utf8))],
            hasChecksum: true
        ),
    ]

    @Test(arguments: Seeds.some(4000))
    func `changed headers are judged the same however they come`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func pick(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &generator) }
        var bytes = Self.valid[pick(Self.valid.count)]
        for _ in 0..<1 + pick(4) where !bytes.isEmpty {
            let at = pick(bytes.count)
            switch pick(5) {
            case 0: bytes[at] ^= 1 << UInt8(pick(8))
            case 1: bytes[at] = UInt8(pick(256))
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(bytes[pick(bytes.count)], at: at)
            default: bytes.removeLast(bytes.count - at)
            }
        }
        let (reading, _) = readDripping(bytes, "SEED=\(seed)")
        // What is accepted says the same when it is written and read again.
        guard let header = reading.header, let source = header.source,
            let destination = header.destination
        else { return }
        for version in ProxyHeader.Version.allCases {
            let again = ProxyHeader.bytes(
                version: version,
                source: source,
                destination: destination
            )
            #expect(Reading(again).header?.origin == header.origin, "SEED=\(seed)")
        }
    }
}
