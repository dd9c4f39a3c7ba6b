import Testing
import WebSocketWire

@Suite struct `CloseCode: what may stand in a close frame` {
    @Test func `every value from 0 to 65535 is allowed or not as RFC 6455 §7.4 says`() {
        let registered: Set<UInt16> = [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
        ]
        for value in UInt16.min ... .max {
            let isAllowed = registered.contains(value) || (3000...4999).contains(value)
            #expect(CloseCode(rawValue: value).isValidOnWire == isAllowed)
        }
    }

    @Test func `a code reads as its number`() {
        #expect(CloseCode.goingAway.description == "1001")
    }
}
