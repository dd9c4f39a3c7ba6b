import Vocabulary

/// The bytes of whole binary frames (RFC 6455 §5.2).
enum Frame {
    /// A client's frame: a random payload, masked with a random key (RFC 6455 §5.3).
    static func masked(payloadBytes: Int, from generator: inout SeededGenerator) -> [UInt8] {
        let payload = randomPayload(payloadBytes, from: &generator)
        let key = (0..<4).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var frame = header(payloadBytes: payloadBytes, maskBit: 0x80) + key
        for (index, byte) in payload.enumerated() { frame.append(byte ^ key[index % 4]) }
        return frame
    }

    /// A server's frame: a random payload, not masked (RFC 6455 §5.1).
    static func unmasked(payloadBytes: Int, from generator: inout SeededGenerator) -> [UInt8] {
        header(payloadBytes: payloadBytes, maskBit: 0)
            + randomPayload(payloadBytes, from: &generator)
    }

    /// The payload of a client's frame, unmasked (RFC 6455 §5.3); the frame has no more than it.
    static func payload(ofMasked frame: [UInt8], payloadBytes: Int) -> [UInt8] {
        let key = frame.dropLast(payloadBytes).suffix(4)
        return frame.suffix(payloadBytes).enumerated().map { index, byte in
            byte ^ key[key.startIndex + index % 4]
        }
    }

    private static func header(payloadBytes: Int, maskBit: UInt8) -> [UInt8] {
        let binaryAndFinal: UInt8 = 0x82
        if payloadBytes < 126 { return [binaryAndFinal, maskBit | UInt8(payloadBytes)] }
        let length = UInt16(payloadBytes)
        return [binaryAndFinal, maskBit | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
    }

    private static func randomPayload(
        _ count: Int,
        from generator: inout SeededGenerator
    ) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}
