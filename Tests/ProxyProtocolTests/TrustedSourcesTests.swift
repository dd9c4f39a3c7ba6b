import ProxyProtocol
import TestKit
import Testing
import Vocabulary

/// Whose headers are believed.
@Suite struct TrustedSourcesTests {
    @Test(arguments: [
        (
            "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
            ["9.255.255.255", "11.0.0.0", "::10.0.0.1"]
        ),
        ("192.0.2.1", ["192.0.2.1", "::ffff:c000:201"], ["192.0.2.0", "192.0.2.2", "::1"]),
        ("192.0.2.1/32", ["192.0.2.1"], ["192.0.2.0"]),
        ("192.0.2.128/25", ["192.0.2.128", "192.0.2.255"], ["192.0.2.127"]),
        ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::", "::1"]),
        ("::1", ["::1", "0:0:0:0:0:0:0:1"], ["::2", "127.0.0.1", "0.0.0.1"]),
        ("fd00::/8", ["fd00::", "fdff::1"], ["fc00::1", "fe00::"]),
        ("2001:db8::/65", ["2001:db8::7fff:0:0:1"], ["2001:db8::8000:0:0:0", "2001:db8:0:1::"]),
        ("2001:db8::/64", ["2001:db8::ffff:0:0:1"], ["2001:db8:0:1::"]),
        ("2001:db8::8000:0:0:0/65", ["2001:db8::ffff:0:0:1"], ["2001:db8::7fff:0:0:0"]),
        ("::/0", ["::", "ffff::1"], ["0.0.0.0", "::ffff:1.2.3.4"]),
        ("::ffff:10.0.0.0/104", ["10.9.9.9", "::ffff:10.0.0.1"], ["11.0.0.0"]),
        ("any", ["1.2.3.4", "::1", "no address"], []),
        (" 10.0.0.0/8 , ::1 ", ["10.0.0.1", "::1"], ["192.0.2.1"]),
    ])
    func `addresses of a network are believed, and others not`(
        text: String,
        inside: [String],
        outside: [String]
    ) throws {
        let sources = try TrustedSources(text)
        for address in inside { #expect(sources.contains(address), "\(address)") }
        for address in outside + ["", "localhost", "10.0.0.1%eth0"] where sources != .any {
            #expect(!sources.contains(address), "\(address)")
        }
        #expect(try TrustedSources(sources.description) == sources)
    }

    @Test(arguments: [
        ("", "write 'any', or networks with commas between, for example 10.0.0.0/8,::1"),
        ("10.0.0.0/8,", "write 'any', or networks with commas between, for example 10.0.0.0/8,::1"),
        ("10.0.0.0/8,any", "'any' is everybody, so it stands alone"),
        (
            "localhost",
            "'localhost': a network is an IP address, or its first address and its length, for "
                + "example 10.0.0.0/8"
        ),
        (
            "10.0.0.0/33",
            "'10.0.0.0/33': behind the slash stands how many bits the network has in common, "
                + "from 0 to 32"
        ),
        (
            "::/129",
            "'::/129': behind the slash stands how many bits the network has in common, from 0 to "
                + "128"
        ),
        (
            "::1,10.0.0.5/8",
            "'10.0.0.5/8': write 10.0.0.0/8 for the network, or 10.0.0.5 for the one address"
        ),
        (
            "fd00::1/8",
            "'fd00::1/8': write fd00::/8 for the network, or fd00::1 for the one address"
        ),
    ])
    func `what is no network is told with the way out`(text: String, sentence: String) {
        #expect {
            try TrustedSources(text)
        } throws: { error in
            (error as? TrustedSources.Failure)?.description == sentence
        }
    }

    @Test(arguments: [
        "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8/8",
        "10.0.0.0/0008", "/8", "10.0.0/8", "[::1]", "::1/", "10.0.0.0/255.0.0.0",
        "10.0.0.0/\u{661}",
        "ANY", "any,any", "10.0.0.0 /8",
    ])
    func `slips are refused`(text: String) {
        #expect(throws: TrustedSources.Failure.self) { try TrustedSources(text) }
    }

    @Test func `there are 256 networks at most`() throws {
        func list(_ count: Int) -> String {
            (0..<count).map { "10.\($0 / 256).\($0 % 256).0/24" }.joined(separator: ",")
        }
        #expect(TrustedSources.countMax == 256)
        for count in [255, 256] {
            #expect(try TrustedSources(list(count)).contains("10.0.\(count - 1).7"))
        }
        #expect(throws: TrustedSources.Failure.tooMany(got: 257)) { try TrustedSources(list(257)) }
    }

    @Test(arguments: Seeds.some(300))
    func `a network holds what shares its first bits`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let isIPv6 = Bool.random(using: &generator)
        let width = isIPv6 ? 16 : 4
        let length = Int.random(in: 0...width * 8, using: &generator)
        func bits(_ bytes: [UInt8]) -> [Bool] {
            (0..<width * 8).map { bytes[$0 / 8] >> UInt8(7 - $0 % 8) & 1 == 1 }
        }
        var network = generator.bytes(width)
        for bit in length..<width * 8 { network[bit / 8] &= ~(1 << UInt8(7 - bit % 8)) }
        let address = try #require(IPAddress(bytes: network))
        let range = try AddressRange("\(address)/\(length)")
        for _ in 0..<20 {
            var other = network
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let bit = Int.random(in: 0..<width * 8, using: &generator)
                other[bit / 8] ^= 1 << UInt8(7 - bit % 8)
            }
            let isInside = bits(other).prefix(length).elementsEqual(bits(network).prefix(length))
            #expect(
                range.contains(try #require(IPAddress(bytes: other))) == isInside,
                "SEED=\(seed)"
            )
        }
    }
}
