import ProxyProtocol
import TestKit
import Testing
import Vocabulary

/// Version 1, rule by rule (§2.1).
@Suite struct TextHeaderTests {
    @Test(arguments: [
        ("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n", "192.0.2.1:4711", "192.0.2.9:443"),
        ("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0:0", "255.255.255.255:65535"),
        (
            "PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:9 4711 443\r\n", "[2001:db8::1]:4711",
            "[2001:db8::9]:443"
        ),
        ("PROXY TCP6 ::1 ::ffff:c000:209 1 2\r\n", "[::1]:1", "[::ffff:192.0.2.9]:2"),
        ("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "[::ffff:192.0.2.1]:1", "[::1]:2"),
        (
            "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
            "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"
        ),
    ])
    func `a line names both ends`(line: String, source: String, destination: String) throws {
        let (reading, certainAfter) = readDripping(Array(line.utf8))
        let header = try #require(reading.header)
        #expect(header.version == .one)
        #expect(header.source?.description == source)
        #expect(header.destination?.description == destination)
        #expect(header.fields == [])
        #expect(certainAfter == line.utf8.count)
    }

    @Test(arguments: [
        "PROXY UNKNOWN\r\n", "PROXY UNKNOWN \r\n", "PROXY UNKNOWN whatever\r\n",
        "PROXY UNKNOWN a\nb\rc\r\r\n", "PROXY UNKNOWN \r \r\n", "PROXY UNKNOWN \u{0}é\r\n",
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
            + "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
    ])
    func `UNKNOWN is accepted, and what follows it ignored`(line: String) {
        let (reading, _) = readDripping(Array(line.utf8))
        #expect(
            reading
                == .header(ProxyHeader(version: .one, origin: .unknown, byteCount: line.utf8.count))
        )
        #expect(reading.header?.source == nil)
        #expect(reading.header?.destination == nil)
    }

    /// A line that breaks a rule, and the rule.
    struct Bad: CustomTestStringConvertible, Sendable {
        var line: String
        var part: ProxyHeaderError.LinePart

        init(_ line: String, _ part: ProxyHeaderError.LinePart) {
            self.line = line
            self.part = part
        }

        var testDescription: String { line.debugDescription }
    }

    @Test(arguments: [
        Bad("PROXY TCP5 192.0.2.1 192.0.2.9 4711 443\r\n", .family),
        Bad("PROXY tcp4 192.0.2.1 192.0.2.9 4711 443\r\n", .family),
        Bad("PROXY UDP4 192.0.2.1 192.0.2.9 4711 443\r\n", .family),
        Bad("PROXY  TCP4 192.0.2.1 192.0.2.9 4711 443\r\n", .family),
        Bad("PROXY TCP4\t192.0.2.1 192.0.2.9 4711 443\r\n", .family),
        Bad("PROXY TCP4\r\n", .family),
        Bad("PROXY TCP44 192.0.2.1 192.0.2.9 4711 443\r\n", .family),
        Bad("PROXY \r\n", .family),
        Bad("PROXY UNKNOWN\n", .family),
        Bad("PROXY UNKNOWNS\r\n", .family),
        Bad("PROXY TCP4 \r\n", .words),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711\r\n", .words),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443 \r\n", .words),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443 x\r\n", .words),
        Bad("PROXY TCP4  192.0.2.1 192.0.2.9 4711 443\r\n", .words),
        Bad("PROXY TCP4 192.0.2.1  192.0.2.9 4711 443\r\n", .words),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711  443\r\n", .words),
        Bad("PROXY TCP4 192.0.2.1  192.0.2.9 443\r\n", .words),
        Bad("PROXY TCP4 192.0.2.01 192.0.2.9 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP4 192.0.2 192.0.2.9 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP4 192.0.2.256 192.0.2.9 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP4 ::1 192.0.2.9 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP4 client 192.0.2.9 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP4\u{20}192.0.2.1\t192.0.2.9 x 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP6 192.0.2.1 ::1 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP6 [::1] ::1 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP6 ::1%lo ::1 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP6 1::2::3 ::1 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP6 1:2:3:4:5:6:7 ::1 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP6 00001::2 ::1 4711 443\r\n", .sourceAddress),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.009 4711 443\r\n", .destinationAddress),
        Bad("PROXY TCP4 192.0.2.1 ::1 4711 443\r\n", .destinationAddress),
        Bad("PROXY TCP6 ::1 192.0.2.9 4711 443\r\n", .destinationAddress),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 04711 443\r\n", .sourcePort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 65536 443\r\n", .sourcePort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 -1 443\r\n", .sourcePort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 +1 443\r\n", .sourcePort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 1a 443\r\n", .sourcePort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 00\r\n", .destinationPort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 100000\r\n", .destinationPort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 \u{661}\r\n", .destinationPort),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\n", .lineEnd),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\rGET / HTTP/1.1\r\n", .lineEnd),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\n\r\n", .lineEnd),
        Bad("PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\r\n", .lineEnd),
        Bad("PROXY TCP4 \n", .lineEnd),
    ])
    func `a line that breaks a rule is refused`(bad: Bad) {
        #expect(readDripping(Array(bad.line.utf8)).reading == .error(.malformedLine(bad.part)))
    }

    @Test func `a line has 107 bytes at most`() {
        func line(_ count: Int) -> [UInt8] {
            let start = Array("PROXY UNKNOWN ".utf8)
            return start + [UInt8](repeating: 0x78, count: count - start.count - 2) + [13, 10]
        }
        #expect(readDripping(line(106)).reading.header?.byteCount == 106)
        #expect(readDripping(line(107)).reading.header?.byteCount == 107)
        let (reading, certainAfter) = readDripping(line(108))
        #expect(reading == .error(.lineTooLong(limit: 107)))
        #expect(certainAfter == 107)
        #expect(Reading(Array(line(108)[..<106])) == .more)
    }

    @Test func `what follows the line belongs to the connection`() {
        let line = "PROXY TCP4 192.0.2.1 192.0.2.9 4711 443\r\n"
        let reading = Reading(line + "GET / HTTP/1.1\r\n\r\n")
        #expect(reading == Reading(line))
        #expect(reading.header?.byteCount == line.utf8.count)
        #expect(Reading(line + line) == Reading(line))
    }

    @Test func `an error is told at the first byte that makes it certain`() {
        let cases = [
            ("PROXY X", 7), ("PROXY TCP5 ", 10), ("PROXY UNKNOWNx", 14),
            ("PROXY TCP4 1.2.3.4\nwhatever follows", 19), ("PROXY TCP4 1.2.3.4\rx", 20),
        ]
        for (text, count) in cases {
            #expect(readDripping(Array(text.utf8)).certainAfter == count, "\(text)")
        }
    }
}
