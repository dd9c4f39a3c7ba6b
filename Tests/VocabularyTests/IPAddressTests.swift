import TestKit
import Testing
import Vocabulary

struct IPAddressTests {
    @Test(arguments: [
        (IPAddress(v4: 0xC000_0201), "192.0.2.1"),
        (IPAddress(v6: 0, 1), "::1"),
        (IPAddress(v6: 0, 0), "::"),
        (IPAddress(v6: 0x2001_0DB8_0000_0000, 1), "2001:db8::1"),
        (IPAddress(v6: 0x2001_0DB8_0000_0001, 0x0001_0000_0000_0001), "2001:db8:0:1:1::1"),
        (IPAddress(v6: 0x2001_0DB8_0000_0001, 0x0001_0001_0001_0001), "2001:db8:0:1:1:1:1:1"),
        (IPAddress(v6: 0xFE80_0000_0000_0000, 0), "fe80::"),
        (IPAddress(v6: 0, 0xFFFF_C000_0201), "::ffff:192.0.2.1"),
        (IPAddress(v6: 0, 0xFFFE_C000_0201), "::fffe:c000:201"),
        (IPAddress(v6: 1, 0xFFFF_C000_0201), "::1:0:ffff:c000:201"),
    ])
    func `Addresses are written as RFC 5952 wants it`(address: IPAddress, text: String) {
        #expect(address.description == text)
        #expect(IPAddress(text) == address)
    }

    @Test(arguments: [
        ("0.0.0.0", IPAddress(v4: 0)), ("255.255.255.255", IPAddress(v4: .max)),
        ("1:2:3:4:5:6:7:8", IPAddress(v6: 0x1_0002_0003_0004, 0x5_0006_0007_0008)),
        ("1::3:4:5:6:7:8", IPAddress(v6: 0x1_0000_0003_0004, 0x5_0006_0007_0008)),
        ("::2:3:4:5:6:7:8", IPAddress(v6: 0x0_0002_0003_0004, 0x5_0006_0007_0008)),
        ("1:2:3:4:5:6:7::", IPAddress(v6: 0x1_0002_0003_0004, 0x5_0006_0007_0000)),
        ("0000:0::00:1", IPAddress(v6: 0, 1)), ("::ABCD", IPAddress(v6: 0, 0xABCD)),
        ("1:2:3:4:5:6:1.2.3.4", IPAddress(v6: 0x1_0002_0003_0004, 0x5_0006_0102_0304)),
        ("::1.2.3.4", IPAddress(v6: 0, 0x0102_0304)),
    ])
    func `Every way to write an address is read`(text: String, address: IPAddress) {
        #expect(IPAddress(text) == address)
    }

    @Test(arguments: [
        "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.256", "1.2.3.1000",
        "01.2.3.4", "1.2.3.00", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1.2.3.+4", "1.2.3.a",
        "0x1.2.3.4",
        "localhost", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1::", "1::2::3",
        "1:2:3:4:5:6:7::8", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7:8", "12345::",
        "::g",
        "::1%lo", "[::1]", "1.2.3.4::", "1:1.2.3.4::", "::1.2.3", "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1/64", "::\u{661}", "\u{661}.2.3.4",
    ])
    func `What is no address is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `Bytes in network order are read, four or sixteen of them`() {
        #expect(IPAddress(bytes: [192, 0, 2, 1])?.description == "192.0.2.1")
        #expect(
            IPAddress(bytes: [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [1])
                == IPAddress("2001:db8::1")
        )
        for count in [0, 3, 5, 15, 17] {
            #expect(IPAddress(bytes: [UInt8](repeating: 0, count: count)) == nil)
        }
    }

    @Test func `A mapped address and its IPv4 address stand for each other`() {
        let plain = IPAddress(v4: 0xC000_0201)
        #expect(plain.mapped.description == "::ffff:192.0.2.1")
        #expect(plain.mapped.groups == "::ffff:c000:201")
        #expect(plain.mapped.unmapped == plain)
        #expect(plain.unmapped == plain)
        let other = IPAddress(v6: 0, 1)
        #expect(other.mapped == other)
        #expect(other.unmapped == other)
    }

    @Test(arguments: Seeds.some(500))
    func `What is written is read again`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        // Zeros are frequent, so that all places of "::" come up.
        let halves = (0..<2).map { _ in
            (0..<4).reduce(UInt64(0)) { half, _ in
                half << 16
                    | (Bool.random(using: &generator)
                        ? 0 : UInt64.random(in: 0...0xFFFF, using: &generator))
            }
        }
        for address in [
            IPAddress(v6: halves[0], halves[1]), IPAddress(v4: UInt32(halves[0] >> 32)),
        ] {
            #expect(IPAddress(address.description) == address, "SEED=\(seed)")
            #expect(!address.isIPv6 || IPAddress(address.groups) == address, "SEED=\(seed)")
        }
    }
}
