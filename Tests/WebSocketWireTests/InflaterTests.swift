import TestKit
import Testing
import WebSocketWire

/// Inflates messages, each cut into the given chunks.
private func inflate(
    _ messages: [[[UInt8]]],
    keepsContext: Bool = true,
    windowBits: Int = 15,
    limit: Int = 1 << 20
) throws -> [String] {
    var inflater = try Inflater(
        windowBits: windowBits,
        keepsContext: keepsContext,
        messageBytesMax: limit
    )
    return try messages.map { chunks in
        var output: [UInt8] = []
        for chunk in chunks { try inflater.inflate(chunk.span.bytes, into: &output) }
        try inflater.finishMessage(into: &output)
        return String(decoding: output, as: UTF8.self)
    }
}

@Suite struct `Inflater: permessage-deflate` {
    /// The messages of RFC 7692 §7.2.3, each of which says "Hello".
    static let hellos: [[UInt8]] = [
        [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
        [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
        [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
        [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
    ]
    static let first = hellos[0]
    static let again: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]

    @Test(arguments: hellos) func `the RFC's messages inflate however they are cut`(
        _ message: [UInt8]
    ) throws {
        for chunks in DripFeed.ways(message) {
            #expect(try inflate([chunks]) == ["Hello"])
            #expect(try inflate([chunks, chunks]) == ["Hello", "Hello"])
            #expect(try inflate([chunks, chunks], keepsContext: false) == ["Hello", "Hello"])
        }
    }

    @Test func `with context takeover a message may refer to the one before`() throws {
        #expect(try inflate([[Self.first], [Self.again]]) == ["Hello", "Hello"])
    }

    @Test func `without context takeover it may not`() {
        #expect(throws: WireError.self) {
            try inflate([[Self.first], [Self.again]], keepsContext: false)
        }
    }

    @Test func `a final block ends a message and keeps the window`() throws {
        #expect(try inflate([[Self.hellos[2]], [Self.again]]) == ["Hello", "Hello"])
    }

    @Test func `an empty message inflates to nothing`() throws {
        #expect(try inflate([[[0x00]]]) == [""])
    }

    @Test func `bytes that are no deflate stream are refused`() throws {
        #expect(throws: WireError.corruptDeflateStream(detail: "invalid block type")) {
            try inflate([[[0xFF, 0xFF, 0xFF]]])
        }
    }

    @Test func `with a kept context nothing after corruption can be trusted`() throws {
        var inflater = try Inflater(windowBits: 15, keepsContext: true, messageBytesMax: 100)
        var output: [UInt8] = []
        #expect(throws: WireError.self) {
            try inflater.inflate(([0xFF, 0xFF] as [UInt8]).span.bytes, into: &output)
        }
        #expect(throws: WireError.self) { try inflater.finishMessage(into: &output) }
        #expect(throws: WireError.self) {
            try inflater.inflate(Self.first.span.bytes, into: &output)
        }
    }

    @Test func `without a context the next message is as good as new`() throws {
        var inflater = try Inflater(windowBits: 15, keepsContext: false, messageBytesMax: 100)
        var output: [UInt8] = []
        #expect(throws: WireError.self) {
            try inflater.inflate(([0xFF, 0xFF] as [UInt8]).span.bytes, into: &output)
        }
        inflater.abandonMessage()
        output = []
        try inflater.inflate(Self.first.span.bytes, into: &output)
        try inflater.finishMessage(into: &output)
        #expect(output == Array("Hello".utf8))
    }

    @Test(arguments: [4, 5, 6]) func `the limit is exact`(_ limit: Int) throws {
        let attempt = { try inflate([[Self.first]], limit: limit) }
        if limit < 5 {
            #expect(throws: WireError.inflatedTooLarge(limit: limit)) { try attempt() }
        } else {
            #expect(try attempt() == ["Hello"])
        }
    }

    @Test func `a bomb holds no more than the limit and the next message still inflates`() throws {
        let bomb = DeflateBytes.repeated(65, matchCount: 50_000)
        var inflater = try Inflater(windowBits: 15, keepsContext: true, messageBytesMax: 1000)
        var output: [UInt8] = []
        try inflater.inflate(bomb.span.bytes, into: &output)
        #expect(throws: WireError.inflatedTooLarge(limit: 1000)) {
            try inflater.finishMessage(into: &output)
        }
        #expect(output.count == 1000)
        output = []
        try inflater.inflate(Self.first.span.bytes, into: &output)
        try inflater.finishMessage(into: &output)
        #expect(output == Array("Hello".utf8))
    }

    @Test(arguments: 8...15) func `every window size is accepted`(_ bits: Int) throws {
        #expect(try inflate([[Self.first], [Self.again]], windowBits: bits) == ["Hello", "Hello"])
    }

    @Test func `stored blocks of any size pass`() throws {
        for size in [0, 1, 65_534, 65_535, 65_536, 200_000] {
            let payload = [UInt8](repeating: 120, count: size)
            let inflated = try inflate([[DeflateBytes.stored(payload)]])
            #expect(inflated.first?.utf8.count == size)
        }
    }
}
