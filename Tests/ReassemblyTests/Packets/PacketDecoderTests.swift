import Reassembly
import TestKit
import Testing

struct PacketDecoderTests {
    private static let tcp = PacketBytes.tcp(from: 40_000, to: 8000, payload: Array("hi".utf8))

    /// A packet with how it is wrapped.
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var link: LinkType
        var bytes: [UInt8]
        var source = "10.0.0.1:40000"

        var testDescription: String { name }
    }

    static let cases: [Case] = {
        let v4 = PacketBytes.ipv4(tcp)
        let v6 = PacketBytes.ipv6(tcp)
        let v6Source = "[2001:db8::1]:40000"
        let hopByHop: [UInt8] = [43, 0, 0, 0, 0, 0, 0, 0]
        let routing: [UInt8] = [60, 0, 0, 0, 0, 0, 0, 0]
        let destination: [UInt8] = [51, 1] + [UInt8](repeating: 0, count: 14)
        let authentication: [UInt8] = [6, 4] + [UInt8](repeating: 0, count: 22)
        let chained = hopByHop + routing + destination + authentication + tcp
        let atomic: [UInt8] = [6, 0, 0, 0, 0, 0, 0, 9]
        return [
            Case(name: "Ethernet", link: .ethernet, bytes: PacketBytes.ethernet(v4)),
            Case(
                name: "802.1Q",
                link: .ethernet,
                bytes: PacketBytes.ethernet(v4, tags: [(0x8100, 5)])
            ),
            Case(
                name: "QinQ",
                link: .ethernet,
                bytes: PacketBytes.ethernet(v4, tags: [(0x88A8, 5), (0x8100, 6)])
            ),
            Case(
                name: "MPLS",
                link: .ethernet,
                bytes: PacketBytes.ethernet([0, 0, 0x10, 64, 0, 0, 0x21, 64] + v4, type: 0x8847)
            ),
            Case(
                name: "PPPoE",
                link: .ethernet,
                bytes: PacketBytes.ethernet([0x11, 0, 0, 1, 0, 42, 0, 0x21] + v4, type: 0x8864)
            ),
            Case(
                name: "IPv6",
                link: .ethernet,
                bytes: PacketBytes.ethernet(v6, type: 0x86DD),
                source: v6Source
            ),
            Case(
                name: "IPv6 with every extension header",
                link: .raw,
                bytes: PacketBytes.ipv6(chained, next: 0),
                source: v6Source
            ),
            Case(
                name: "IPv6 with a fragment header and no fragments",
                link: .raw,
                bytes: PacketBytes.ipv6(atomic + tcp, next: 44),
                source: v6Source
            ),
            Case(
                name: "IPv4 with options",
                link: .raw,
                bytes: PacketBytes.ipv4(tcp, options: [1, 1, 1, 1, 1, 1, 1, 0])
            ),
            Case(name: "raw", link: .raw, bytes: v4),
            Case(name: "raw of BSD", link: LinkType(rawValue: 12), bytes: v4),
            Case(name: "IPv4 alone", link: .ipv4, bytes: v4),
            Case(name: "IPv6 alone", link: .ipv6, bytes: v6, source: v6Source),
            Case(name: "BSD loopback, little-endian", link: .null, bytes: [2, 0, 0, 0] + v4),
            Case(
                name: "BSD loopback, big-endian",
                link: .null,
                bytes: [0, 0, 0, 30] + v6,
                source: v6Source
            ),
            Case(name: "OpenBSD loopback", link: .loop, bytes: [0, 0, 0, 2] + v4),
            Case(
                name: "Linux cooked 1",
                link: .linuxCooked,
                bytes: [UInt8](repeating: 0, count: 14) + [8, 0] + v4
            ),
            Case(
                name: "Linux cooked 2",
                link: .linuxCooked2,
                bytes: [8, 0] + [UInt8](repeating: 0, count: 18) + v4
            ),
            Case(
                name: "Linux cooked 2 with a tag",
                link: .linuxCooked2,
                bytes: [0x81, 0] + [UInt8](repeating: 0, count: 18) + [0, 5, 8, 0] + v4
            ),
            Case(name: "PPP", link: .ppp, bytes: [0xFF, 0x03, 0x00, 0x21] + v4),
            Case(name: "PPP, compressed protocol", link: .ppp, bytes: [0x21] + v4),
            Case(name: "Cisco HDLC", link: .ciscoHDLC, bytes: [0x0F, 0, 8, 0] + v4),
            Case(
                name: "netfilter log",
                link: .netfilterLog,
                bytes: [2, 0, 0, 0, 5, 0, 10, 0, 0x61, 0, 0, 0]
                    + [UInt8((v4.count + 4) & 0xFF), 0, 9, 0] + v4
            ),
        ]
    }()

    @Test(arguments: cases)
    func `A segment is found behind every link header`(packet: Case) {
        #expect(packet.link.isReadable)
        let found = decode(packet.bytes, link: packet.link)
        #expect(found.map(\.source) == [packet.source])
        #expect(found.map(\.payload) == ["hi"])
    }

    @Test(arguments: cases)
    func `A packet that ends anywhere is no segment, or one that says what is cut`(packet: Case) {
        for count in 0..<packet.bytes.count {
            let found = decode(
                Array(packet.bytes.prefix(count)),
                link: packet.link,
                wireByteCount: packet.bytes.count
            )
            guard let segment = found.first else { continue }
            #expect("hi".hasPrefix(segment.payload), "\(count) bytes")
            #expect(segment.cutByteCount == 2 - segment.payload.utf8.count, "\(count) bytes")
        }
    }

    @Test func `Padding behind a short packet is no payload`() {
        let empty = PacketBytes.ipv4(PacketBytes.tcp(from: 1, to: 2))
        let found = decode(PacketBytes.ethernet(empty + [0, 0, 0, 0, 0, 0]), link: .ethernet)
        #expect(found.map(\.payload) == [""])
    }

    @Test func `Fragments of IP are joined, whatever their order`() {
        let payload = Self.tcp + [UInt8](repeating: 0x2E, count: 50)
        let parts = [(0, 24, true), (24, 48, true), (48, payload.count, false)].map { part in
            PacketBytes.ipv4(
                Array(payload[part.0..<part.1]),
                fragmentOffset: part.0,
                hasMore: part.2
            )
        }
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 0, 2, 1]] {
            var decoder = PacketDecoder(link: .raw)
            var found: [String] = []
            for index in order {
                let part = parts[index]
                decoder.decode(part.span.bytes, wireByteCount: part.count) {
                    segment,
                    bytes in
                    found.append(Self.text(bytes.extracting(segment.payload)))
                }
            }
            #expect(found == ["hi" + String(repeating: ".", count: 50)], "\(order)")
            #expect(decoder.tally.abandonedDatagramCount == 0)
        }
    }

    @Test func `Datagrams that never become whole are bounded and counted`() {
        var decoder = PacketDecoder(link: .raw)
        for number in 0..<1000 {
            let part = PacketBytes.ipv4(
                Array(Self.tcp.prefix(16)),
                identifier: UInt16(number),
                hasMore: true
            )
            decoder.decode(part.span.bytes, wireByteCount: part.count) { _, _ in }
        }
        #expect(decoder.tally.abandonedDatagramCount == 1000)
    }

    @Test func `Everything else is counted and passed over`() {
        var decoder = PacketDecoder(link: .ethernet)
        let packets = [
            PacketBytes.ethernet([1, 2, 3], type: 0x0806),
            PacketBytes.ethernet(PacketBytes.ipv4([1, 2, 3], protocolNumber: 17)),
            PacketBytes.ethernet(PacketBytes.ipv4([1, 2, 3])),
            PacketBytes.ethernet([0x45, 0, 0]),
        ]
        for packet in packets {
            decoder.decode(packet.span.bytes, wireByteCount: packet.count) { _, _ in
                Issue.record("no segment is here")
            }
        }
        #expect(decoder.tally.packetCount == 4)
        #expect(decoder.tally.otherCount == 2)
        #expect(decoder.tally.malformedCount == 2)
    }

    // MARK: - Helpers

    private struct Found {
        var source: String
        var payload: String
        var cutByteCount: Int
    }

    private func decode(
        _ bytes: [UInt8],
        link: LinkType,
        wireByteCount: Int? = nil
    ) -> [Found] {
        var decoder = PacketDecoder(link: link)
        var found: [Found] = []
        decoder.decode(bytes.span.bytes, wireByteCount: wireByteCount ?? bytes.count) {
            segment,
            bytes in
            found.append(
                Found(
                    source: segment.source.description,
                    payload: Self.text(bytes.extracting(segment.payload)),
                    cutByteCount: segment.cutByteCount
                )
            )
        }
        return found
    }

    private static func text(_ bytes: RawSpan) -> String {
        String(decoding: bytes.withUnsafeBytes { Array($0) }, as: UTF8.self)
    }
}
