import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

private let one = ConnectionID(rawValue: 1)

/// A frame that breaks a rule, and a word of what must be said about it.
struct ViolationCase: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var word: String
    var direction: Direction
    var frames: [[UInt8]]
    var extensions: String

    init(
        _ name: String,
        _ word: String,
        from direction: Direction = .serverToClient,
        extensions: String = "",
        _ frames: [UInt8]...
    ) {
        testDescription = name
        self.word = word
        self.direction = direction
        self.frames = frames
        self.extensions = extensions
    }

    var verdict: Verdict {
        var builder = HistoryBuilder()
        builder.open(one, extensions: extensions)
        for frame in frames { builder.raw(one, direction, frame) }
        builder.end(one, .reset)
        return VerificationTests.verdict(builder.entries)
    }
}

@Suite struct `ProtocolChecker: RFC 6455 and 7692` {
    static let violations = [
        ViolationCase(
            "unmasked client",
            "must mask",
            from: .clientToServer,
            FrameBytes.frame(.text, [65])
        ),
        ViolationCase(
            "masked server",
            "must not mask",
            FrameBytes.frame(.text, [65], maskKey: 1)
        ),
        ViolationCase(
            "reserved opcode",
            "opcode 3",
            FrameBytes.frame(Opcode(rawValue: 3), [])
        ),
        ViolationCase(
            "RSV1 without extension",
            "RSV1",
            FrameBytes.frame(.text, [], reservedBits: 4)
        ),
        ViolationCase("RSV2", "RSV2", FrameBytes.frame(.text, [65], reservedBits: 2)),
        ViolationCase(
            "RSV1 on a continuation",
            "first frame",
            extensions: "permessage-deflate",
            FrameBytes.frame(.binary, [1], isFinal: false),
            FrameBytes.frame(.continuation, [2], reservedBits: 4)
        ),
        ViolationCase(
            "RSV1 on a ping",
            "first frame",
            extensions: "permessage-deflate",
            FrameBytes.frame(.ping, [], reservedBits: 4)
        ),
        ViolationCase(
            "length in 16 bits",
            "few bytes",
            FrameBytes.frame(.text, [65], length: .sixteenBits)
        ),
        ViolationCase(
            "length in 64 bits",
            "few bytes",
            FrameBytes.frame(.text, [65], length: .sixtyFourBits)
        ),
        ViolationCase(
            "long ping",
            "125",
            FrameBytes.frame(.ping, [UInt8](repeating: 65, count: 126))
        ),
        ViolationCase("fragmented ping", "fragmented", FrameBytes.frame(.ping, [], isFinal: false)),
        ViolationCase("lonely continuation", "not begun", FrameBytes.frame(.continuation, [65])),
        ViolationCase(
            "message in a message",
            "inside another",
            FrameBytes.frame(.text, [65], isFinal: false),
            FrameBytes.frame(.text, [66])
        ),
        ViolationCase("close code 999", "999", FrameBytes.frame(.close, [3, 231])),
        ViolationCase("close code 1005", "1005", FrameBytes.frame(.close, [3, 237])),
        ViolationCase("close code 1006", "1006", FrameBytes.frame(.close, [3, 238])),
        ViolationCase("close code 1016", "1016", FrameBytes.frame(.close, [3, 248])),
        ViolationCase("half a close code", "one byte", FrameBytes.frame(.close, [3])),
        ViolationCase(
            "data after close",
            "follows the close frame",
            FrameBytes.frame(.close, [3, 232]),
            FrameBytes.frame(.text, [65])
        ),
    ]

    @Test(arguments: violations) func `each violation is one finding`(_ each: ViolationCase) {
        let verdict = each.verdict
        let findings = verdict[.protocolRules]?.findings.held ?? []
        #expect(findings.count == 1)
        #expect(findings.first?.explanation.contains(each.word) == true)
        #expect(verdict.outcome(.protocolRules) == .fail)
    }

    @Test func `what the RFCs allow passes`() {
        var builder = HistoryBuilder()
        builder.open(one, extensions: "permessage-deflate")
        builder.send(one, .clientToServer, .text, Array("{}".utf8))
        builder.send(one, .serverToClient, .binary, [1], isFinal: false)
        builder.send(one, .serverToClient, .ping, [UInt8](repeating: 65, count: 125))
        builder.send(one, .clientToServer, .pong, [UInt8](repeating: 65, count: 125))
        builder.send(one, .serverToClient, .continuation, [], isFinal: false)
        builder.send(one, .serverToClient, .continuation, [2])
        builder.raw(
            one,
            .serverToClient,
            FrameBytes.frame(.text, [UInt8](repeating: 65, count: 126))
        )
        builder.close(one, .serverToClient, code: 4999)
        builder.raw(one, .clientToServer, FrameBytes.frame(.close, [], maskKey: 7))
        builder.end(one, .closeHandshake)
        #expect(verdict(builder.entries).found(.protocolRules) == [])
        #expect(verdict(builder.entries).outcome(.protocolRules) == .pass)
    }

    @Test func `a frame that a cut left unfinished is no violation`() {
        #expect(verdict("c1:s1 c1:cut2@1 c1:x").outcome(.protocolRules) == .pass)
    }

    @Test func `problems of the handshake are findings`() {
        var builder = HistoryBuilder()
        builder.open(one, problems: ["The accept key is wrong."])
        builder.end(one, .fin)
        let verdict = verdict(builder.entries)
        #expect(
            verdict.findings.map(\.explanation) == ["Handshake of c1: The accept key is wrong."]
        )
    }

    @Test func `an agreement that RFC 7692 forbids is a finding`() {
        var builder = HistoryBuilder()
        builder.open(one, extensions: "permessage-deflate; server_max_window_bits=99")
        builder.end(one, .fin)
        #expect(verdict(builder.entries).outcome(.protocolRules) == .fail)
    }

    @Test func `an unknown extension leaves the reserved bits unjudged`() {
        var builder = HistoryBuilder()
        builder.open(one, extensions: "x-custom")
        builder.raw(one, .serverToClient, FrameBytes.frame(.binary, [1], reservedBits: 3))
        builder.end(one, .fin)
        let verdict = verdict(builder.entries)
        #expect(verdict.outcome(.protocolRules) == .pass)
        #expect(verdict[.protocolRules]?.reasons.count == 1)
    }

    @Test func `more findings than are held are counted`() {
        var builder = HistoryBuilder()
        builder.open(one)
        for _ in 0..<FindingList.heldMax + 5 {
            builder.raw(one, .serverToClient, FrameBytes.frame(.pong, [], maskKey: 1))
        }
        builder.end(one, .fin)
        let findings = verdict(builder.entries)[.protocolRules]?.findings
        #expect(findings?.held.count == FindingList.heldMax)
        #expect(findings?.omittedCount == 5)
        #expect(findings?.count(of: .protocolViolation) == UInt64(FindingList.heldMax + 5))
    }
}
