import Reassembly
import Testing

struct IPAddressTests {
    @Test(arguments: [
        (IPAddress(v4: 0xC000_0201), "192.0.2.1"),
        (IPAddress(v6: 0, 1), "::1"),
        (IPAddress(v6: 0, 0), "::"),
        (IPAddress(v6: 0x2001_0DB8_0000_0000, 1), "2001:db8::1"),
        (IPAddress(v6: 0x2001_0DB8_0000_0001, 0x0001_0000_0000_0001), "2001:db8:0:1:1::1"),
        (IPAddress(v6: 0x2001_0DB8_0000_0001, 0x0001_0001_0001_0001), "2001:db8:0:1:1:1:1:1"),
        (IPAddress(v6: 0xFE80_0000_0000_0000, 0), "fe80::"),
    ])
    func `Addresses are written as RFC 5952 wants it`(address: IPAddress, text: String) {
        #expect(address.description == text)
    }
}
