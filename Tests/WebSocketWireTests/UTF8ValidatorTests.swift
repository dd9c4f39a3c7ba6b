import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// What the validator says of a text, however it is cut.
private func isUTF8(_ bytes: [UInt8]) -> Bool {
    let verdicts = DripFeed.ways(bytes, splitCountMax: 16).map { chunks in
        var validator = UTF8Validator()
        for chunk in chunks { validator.take(chunk.span.bytes) }
        return validator.isValid && validator.isBetweenCharacters
    }
    #expect(Set(verdicts).count == 1)
    return verdicts[0]
}

/// What the standard library says.
private func isUTF8ByStandardLibrary(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
}

@Suite struct `UTF8Validator: text in pieces` {
    @Test func `all texts of one and two bytes`() {
        for first in UInt8.min ... .max {
            #expect(isUTF8([first]) == isUTF8ByStandardLibrary([first]))
            for second in UInt8.min ... .max {
                let bytes = [first, second]
                #expect(isUTF8(bytes) == isUTF8ByStandardLibrary(bytes))
            }
        }
    }

    @Test func `all texts of three and four bytes made of edge values`() {
        let edges: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
            0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for a in edges {
            for b in edges {
                for c in edges {
                    let three = [a, b, c]
                    #expect(isUTF8(three) == isUTF8ByStandardLibrary(three))
                    for d in [0x7F, 0x80, 0xBF, 0xC0] as [UInt8] where a >= 0xF0 {
                        let four = three + [d]
                        #expect(isUTF8(four) == isUTF8ByStandardLibrary(four))
                    }
                }
            }
        }
    }

    @Test func `long texts with one wrong byte`() {
        var dice = SeededGenerator(seed: 7)
        let text = Array(String(repeating: "Grüße, 世界 🌍. ", count: 20).utf8)
        #expect(isUTF8(text))
        for _ in 0..<500 {
            var broken = text
            let index = Int.random(in: broken.indices, using: &dice)
            broken[index] = UInt8.random(in: .min ... .max, using: &dice)
            #expect(isUTF8(broken) == isUTF8ByStandardLibrary(broken))
        }
    }

    @Test func `the first wrong byte is named`() {
        var validator = UTF8Validator()
        validator.take(Array("0123456789".utf8).span.bytes)
        validator.take(([0x41, 0xC3, 0x28] as [UInt8]).span.bytes)
        #expect(validator.firstInvalidOffset == 12)
        validator.take(([0x41] as [UInt8]).span.bytes)
        #expect(validator.firstInvalidOffset == 12)
    }
}
