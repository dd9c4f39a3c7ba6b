import TestKit
import Testing
import Vocabulary
import WebSocketWire

@Suite struct MaskingTests {
    @Test(arguments: Seeds.some(50))
    func `is what RFC 6455 §5.3 says, at every offset and length`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let key = UInt32.random(in: .min ... .max, using: &generator)
        let keyBytes = (0..<4).map { UInt8(truncatingIfNeeded: key >> (8 * UInt32($0))) }
        for count in 0..<40 {
            for offset in UInt64(0)..<5 {
                let payload = generator.bytes(count)
                var masked = payload
                Masking.apply(key: key, to: &masked, range: 0..<count, offset: offset)
                let expected = payload.enumerated().map { index, byte in
                    byte ^ keyBytes[Int((UInt64(index) + offset) % 4)]
                }
                #expect(masked == expected, "SEED=\(seed)")
            }
        }
    }

    @Test func `twice is nothing, and bytes outside the range stay`() {
        var bytes: [UInt8] = Array(0..<100)
        Masking.apply(key: 0xDEAD_BEEF, to: &bytes, range: 10..<90, offset: 3)
        #expect(Array(bytes[..<10]) == Array(0..<10))
        #expect(Array(bytes[90...]) == Array(90..<100))
        #expect(bytes[20] != 20)
        Masking.apply(key: 0xDEAD_BEEF, to: &bytes, range: 10..<90, offset: 3)
        #expect(bytes == Array(0..<100))
    }

    @Test func `unmasks the example of RFC 6455 §5.7`() {
        var bytes: [UInt8] = [0x7F, 0x9F, 0x4D, 0x51, 0x58]
        Masking.apply(key: 0x3D21_FA37, to: &bytes, range: 0..<5, offset: 0)
        #expect(String(decoding: bytes, as: UTF8.self) == "Hello")
    }
}
