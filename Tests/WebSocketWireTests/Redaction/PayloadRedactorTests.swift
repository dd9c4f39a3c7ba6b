import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// What is recorded of a stream: the bytes, and the runs by frame.
private struct Recorded: Equatable {
    var bytes: [UInt8] = []
    private var payloadBytes: [[UInt8]] = []
    var reasons: [Set<BlankedRun.Reason>] = []
    var blankedByteCount = 0

    /// Payloads of the frames, unmasked.
    var payloads: [String] { payloadBytes.map { String(decoding: $0, as: UTF8.self) } }

    init(_ buffers: [[UInt8]], _ pointers: [JSONPointer]) throws {
        var scanner = FrameScanner()
        var redactor = PayloadRedactor(pointers)
        var offset: UInt64 = 0
        for buffer in buffers {
            let (guarded, range) = DripFeed.guarded(buffer)
            let window = guarded.span.bytes.extracting(range)
            var position = 0
            while let part = try scanner.next(in: window, from: &position) {
                let redacted = redactor.redact(part, in: window)
                bytes += redacted.bytes
                if part.part == 0 {
                    payloadBytes.append([])
                    reasons.append([])
                    offset = 0
                }
                var payload = Array(redacted.bytes[redacted.payload])
                if let key = part.head?.maskKey {
                    Masking.apply(key: key, to: &payload, range: payload.indices, offset: offset)
                }
                offset += UInt64(payload.count)
                payloadBytes[payloadBytes.count - 1] += payload
                for run in redacted.blanked {
                    reasons[reasons.count - 1].insert(run.reason)
                    blankedByteCount += run.range.count
                }
            }
        }
    }
}

@Suite struct PayloadRedactorTests {
    private static let key: UInt32 = 0x0403_0201
    private static let pointers = ["/api_key"]

    private static func recorded(_ frames: [[UInt8]]) throws -> Recorded {
        try Recorded(frames, pointers.map { try JSONPointer($0) })
    }

    @Test func `fragments, control frames between them, masks and splits`() throws {
        let frames = [
            FrameBytes.frame(.text, Array(#"{"api_"#.utf8), isFinal: false, maskKey: Self.key),
            FrameBytes.frame(.ping, Array(#"{"api_key":"pi"}"#.utf8), maskKey: 0xFFEE_DDCC),
            FrameBytes.frame(.continuation, Array(#"key":"s3"#.utf8), isFinal: false, maskKey: 7),
            FrameBytes.frame(.continuation, Array(#"cret","a":1}"#.utf8), maskKey: 0x5566_7788),
            FrameBytes.frame(.text, Array(#"{"a":"plain"}"#.utf8), maskKey: Self.key),
        ]
        let whole = try Self.recorded(frames)
        #expect(
            whole.payloads == [
                #"{"api_"#, #"{"api_key":"**"}"#, #"key":"**"#, #"****","a":1}"#, #"{"a":"plain"}"#,
            ]
        )
        #expect(whole.reasons == [[], [.secret], [.secret], [.secret], []])
        #expect(whole.blankedByteCount == 8)
        #expect(whole.bytes.count == frames.joined().count)
        for way in DripFeed.ways(Array(frames.joined())) {
            #expect(try Self.recorded(way).bytes == whole.bytes)
            #expect(try Self.recorded(way).blankedByteCount == 8)
        }
    }

    @Test func `what an extension encoded is blanked as a whole, and only that`() throws {
        let frames = [
            FrameBytes.frame(.text, Array("abc".utf8), isFinal: false, reservedBits: 4, maskKey: 9),
            FrameBytes.frame(.pong, Array("hi".utf8)),
            FrameBytes.frame(.continuation, Array("def".utf8), maskKey: Self.key),
            FrameBytes.frame(.binary, Array("plain".utf8)),
            FrameBytes.frame(.binary, Array("x".utf8), isFinal: false),
            FrameBytes.frame(.continuation, Array("yz".utf8), reservedBits: 1),
            FrameBytes.frame(.text, []),
            FrameBytes.frame(.text, [], reservedBits: 4),
        ]
        let whole = try Self.recorded(frames)
        #expect(whole.payloads == ["***", "hi", "***", "plain", "x", "**", "", ""])
        #expect(whole.reasons == [[.encoded], [], [.encoded], [], [], [.encoded], [], []])
        for way in DripFeed.ways(Array(frames.joined())) {
            #expect(try Self.recorded(way).bytes == whole.bytes)
        }
    }

    @Test func `a message that is no JSON half-way is blanked from there to its end`() throws {
        let frames = [
            FrameBytes.frame(.text, Array(#"{"a":1,x"#.utf8), isFinal: false),
            FrameBytes.frame(.continuation, Array(#"api_key:"s"}"#.utf8)),
            FrameBytes.frame(.text, Array(#"{"a":2}"#.utf8)),
        ]
        let whole = try Self.recorded(frames)
        #expect(whole.payloads == [#"{"a":1,*"#, "************", #"{"a":2}"#])
        #expect(whole.reasons == [[.unreadable], [.unreadable], []])
    }

    @Test func `a close frame's reason is read behind its code`() throws {
        for code: [UInt8] in [[0x03, 0xE8], [0x7B, 0x7B]] {
            let payload = code + Array(#"no: {"api_key":"k"}"#.utf8)
            for maskKey in [nil, Self.key] {
                let frame = FrameBytes.frame(.close, payload, maskKey: maskKey)
                for way in DripFeed.ways(frame) {
                    let recorded = try Self.recorded(way)
                    #expect(recorded.payloads[0].hasSuffix(#"no: {"api_key":"*"}"#))
                    #expect(recorded.blankedByteCount == 1)
                }
            }
        }
    }

    @Test func `a frame that continues nothing is read like a message`() throws {
        let text = Array(#"{"api_key":"k"}"#.utf8)
        let whole = try Self.recorded([
            FrameBytes.frame(.continuation, text), FrameBytes.frame(.continuation, text),
        ])
        #expect(whole.payloads == [#"{"api_key":"*"}"#, #"{"api_key":"*"}"#])
    }

    @Test(arguments: Seeds.some(60))
    func `random streams keep their length, and what is not marked`(seed: UInt64) throws {
        var dice = SeededGenerator(seed: seed)
        var stream: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &dice) {
            stream += FrameBytes.frame(
                Opcode(rawValue: UInt8.random(in: 0...15, using: &dice)),
                Bool.random(using: &dice)
                    ? Array(#"{"api_key":"SECRETSECRET","a":[1]}"#.utf8)
                    : dice.bytes(Int.random(in: 0...300, using: &dice)),
                isFinal: Bool.random(using: &dice),
                reservedBits: Bool.random(using: &dice) ? 0 : 4,
                maskKey: Bool.random(using: &dice)
                    ? UInt32.random(in: 1 ... .max, using: &dice) : nil
            )
        }
        let whole = try Self.recorded([stream])
        #expect(whole.bytes.count == stream.count, "SEED=\(seed)")
        #expect(try Self.recorded(RandomJSON.pieces(&dice, stream)) == whole, "SEED=\(seed)")
        let differing = zip(stream, whole.bytes).count { $0 != $1 }
        #expect(differing <= whole.blankedByteCount, "SEED=\(seed)")
    }
}
