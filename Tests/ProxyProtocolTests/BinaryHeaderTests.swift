import ProxyProtocol
import TestKit
import Testing
import Vocabulary

/// Version 2, rule by rule (§2.2).
@Suite struct BinaryHeaderTests {
    @Test func `TCP over IPv4 and IPv6 names both ends`() throws {
        let v4 = try #require(readDripping(HeaderBytes.binary()).reading.header)
        #expect(v4.version == .two)
        #expect(v4.source == Endpoint(host: "192.0.2.1", port: 4711))
        #expect(v4.destination == Endpoint(host: "192.0.2.9", port: 443))
        #expect(v4.byteCount == 28)
        let bytes = HeaderBytes.binary(family: 0x21, HeaderBytes.tcp6)
        let v6 = try #require(readDripping(bytes).reading.header)
        #expect(v6.source == Endpoint(host: "2001:db8::1", port: 4711))
        #expect(v6.destination == Endpoint(host: "2001:db8::9", port: 443))
        #expect(v6.byteCount == 52)
    }

    @Test func `every command but LOCAL and PROXY, and every version but 2, is refused`() {
        for byte in UInt8.min ... .max {
            let (reading, count) = readDripping(HeaderBytes.binary(versionAndCommand: byte))
            switch (byte >> 4, byte & 0xF) {
            case (2, 0): #expect(reading.header?.origin == .local)
            case (2, 1): #expect(reading.header?.source != nil)
            case (2, let command):
                #expect(reading == .error(.unknownCommand(command)))
                #expect(count == 13)
            case (let version, _):
                #expect(reading == .error(.unknownVersion(version)))
                #expect(count == 13)
            }
        }
    }

    @Test func `other families and transports are unknown, or refused when they are not assigned`()
    {
        let lengths: [UInt8: Int] = [0x12: 12, 0x22: 36, 0x31: 216, 0x32: 216]
        for family in UInt8.min ... .max where family != 0x11 && family != 0x21 {
            let body = HeaderBytes.zeros(lengths[family] ?? 5)
            let (reading, count) = readDripping(HeaderBytes.binary(family: family, body))
            if family >> 4 <= 3, family & 0xF <= 2 {
                #expect(reading.header?.origin == .unknown, "family \(family)")
                #expect(reading.header?.byteCount == 16 + body.count)
            } else {
                #expect(reading == .error(.unknownFamily(family)))
                #expect(count == 14)
            }
            // LOCAL: "discard the protocol block including the family which is ignored".
            let local = HeaderBytes.binary(versionAndCommand: 0x20, family: family, body)
            #expect(readDripping(local).reading.header?.origin == .local, "family \(family)")
        }
    }

    @Test(arguments: [
        (UInt8(0x11), 12), (0x12, 12), (0x21, 36), (0x22, 36), (0x31, 216), (0x32, 216),
    ])
    func `a length without room for the addresses is refused`(family: UInt8, needed: Int) {
        for count in [0, 1, needed - 1] {
            let bytes = HeaderBytes.binary(family: family, HeaderBytes.zeros(count))
            let (reading, certainAfter) = readDripping(bytes)
            #expect(reading == .error(.addressesCutShort(got: count, needed: needed)))
            #expect(certainAfter == 16)
        }
        let bytes = HeaderBytes.binary(family: family, HeaderBytes.zeros(needed))
        #expect(readDripping(bytes).reading.header != nil)
    }

    @Test func `LOCAL has no addresses, or any`() {
        for body in [[], HeaderBytes.tcp4, [1], HeaderBytes.zeros(300)] {
            for family: UInt8 in [0x00, 0x11, 0x21, 0x31, 0xFF] {
                let bytes = HeaderBytes.binary(versionAndCommand: 0x20, family: family, body)
                let header = readDripping(bytes).reading.header
                #expect(header?.origin == .local)
                #expect(header?.source == nil)
                #expect(header?.byteCount == 16 + body.count)
            }
        }
    }

    @Test func `a header has 4096 bytes at most`() {
        let limit = ProxyHeaderParser.byteCountMax
        #expect(limit == 4096)
        func header(_ count: Int) -> [UInt8] {
            let value = HeaderBytes.zeros(count - 28 - 3)
            return HeaderBytes.binary(HeaderBytes.tcp4 + HeaderBytes.field(4, value))
        }
        for count in [limit - 1, limit] {
            #expect(Reading(header(count)).header?.byteCount == count)
            #expect(Reading(Array(header(count).dropLast())) == .more)
        }
        let (reading, certainAfter) = readDripping(header(limit + 1))
        #expect(reading == .error(.headerTooLong(got: limit + 1, limit: limit)))
        #expect(certainAfter == 16)
        #expect(
            Reading(HeaderBytes.binary([], byteCount: 65_535))
                == .error(.headerTooLong(got: 65_551, limit: limit))
        )
    }

    @Test func `what follows the header belongs to the connection`() {
        let bytes = HeaderBytes.binary()
        #expect(Reading(bytes + Array("GET / HTTP/1.1\r\n".utf8)) == Reading(bytes))
    }
}
