import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

private let one = ConnectionID(rawValue: 1)

/// What comes out of an assembler: messages in short and holes.
private func assemble(
    _ entries: [HistoryBuilder.Recorded],
    direction: Direction = .clientToServer,
    extensions: String = "",
    limits: MessageLimits = MessageLimits()
) -> [String] {
    var assembler = MessageAssembler(
        connection: one,
        direction: direction,
        agreement: ExtensionAgreement(response: extensions),
        limits: limits
    )
    var result: [String] = []
    func add(_ step: MessageAssembler.Step) {
        if let hole = step.hole {
            result.append("hole \(hole.expectedFrame)..<\(hole.nextFrame)")
        }
        guard let message = step.message else { return }
        let text = assembler.withPayload(of: message) { payload in
            (0..<payload.byteCount).map { payload.byte(at: $0) }
        }
        let number = message.number.map { " \($0)" } ?? ""
        var words = "\(message.opcode)\(number) \(message.firstFrame)–\(message.lastFrame) "
        words += String(decoding: text, as: UTF8.self)
        if message.content != .whole { words += " \(message.content)" }
        if !message.isValidUTF8 { words += " not UTF-8" }
        result.append(words)
    }
    for recorded in entries {
        guard case .frame(let record) = recorded.entry.record, record.direction == direction
        else { continue }
        add(assembler.take(record, at: recorded.entry.arrival, bytes: recorded.bytes.span.bytes))
    }
    add(assembler.finish())
    return result
}

/// The records of frames that a client sends, each cut into parts.
private func records(
    _ frames: [[UInt8]],
    cuts: (Int) -> [Int] = { _ in [] }
) -> [HistoryBuilder.Recorded] {
    var builder = HistoryBuilder()
    builder.open(one)
    for frame in frames { builder.raw(one, .clientToServer, frame, cuts: cuts(frame.count)) }
    return builder.entries
}

@Suite struct `MessageAssembler: frames to messages` {
    static let key: UInt32 = 0x0403_0201
    static let fragments = [
        FrameBytes.frame(.text, Array("one ".utf8), isFinal: false, maskKey: key),
        FrameBytes.frame(.ping, Array("?".utf8), maskKey: 0xFFEE_DDCC),
        FrameBytes.frame(.continuation, Array("two ".utf8), isFinal: false, maskKey: 0x1122_3344),
        FrameBytes.frame(.continuation, Array("three".utf8), maskKey: 0x5566_7788),
        FrameBytes.frame(.binary, [UInt8](repeating: 46, count: 200), maskKey: key),
    ]
    static let expected = [
        "ping 2–2 ?", "text 1 1–4 one two three",
        "binary 2 5–5 " + String(repeating: ".", count: 200),
    ]

    @Test func `fragments are joined and control frames come out between them`() {
        #expect(assemble(records(Self.fragments)) == Self.expected)
    }

    @Test func `parts of frames may be cut anywhere`() {
        #expect(assemble(records(Self.fragments) { Array(1..<$0) }) == Self.expected)
        for cut in 1..<40 {
            let entries = records(Self.fragments) { $0 > cut ? [cut] : [] }
            #expect(assemble(entries) == Self.expected)
        }
    }

    @Test func `compressed fragments with a ping between share the window with the next message`() {
        let frames = [
            FrameBytes.frame(
                .text,
                [0xF2, 0x48, 0xCD],
                isFinal: false,
                reservedBits: 4,
                maskKey: Self.key
            ),
            FrameBytes.frame(.ping, [], maskKey: Self.key),
            FrameBytes.frame(.continuation, [0xC9, 0xC9, 0x07, 0x00], maskKey: 0x9988_7766),
            FrameBytes.frame(
                .text,
                [0xF2, 0x00, 0x11, 0x00, 0x00],
                reservedBits: 4,
                maskKey: Self.key
            ),
            FrameBytes.frame(.text, Array("plain".utf8), maskKey: Self.key),
        ]
        let expected = ["ping 2–2 ", "text 1 1–3 Hello", "text 2 4–4 Hello", "text 3 5–5 plain"]
        #expect(assemble(records(frames), extensions: "permessage-deflate") == expected)
        let drip = records(frames) { Array(1..<$0) }
        #expect(assemble(drip, extensions: "permessage-deflate") == expected)
    }

    @Test func `each direction has its own parameters`() {
        let again = FrameBytes.frame(
            .text,
            [0xF2, 0x00, 0x11, 0x00, 0x00],
            reservedBits: 4,
            maskKey: Self.key
        )
        let first = FrameBytes.frame(
            .text,
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
            reservedBits: 4,
            maskKey: Self.key
        )
        let entries = records([first, again])
        let server = assemble(
            entries,
            extensions: "permessage-deflate; server_no_context_takeover"
        )
        #expect(server == ["text 1 1–1 Hello", "text 2 2–2 Hello"])
        let client = assemble(
            entries,
            extensions: "permessage-deflate; client_no_context_takeover"
        )
        #expect(client.last?.contains("corrupt") == true)
    }

    @Test func `a compressed message that nobody agreed on cannot be decoded`() {
        let frame = FrameBytes.frame(.text, [0xF2], reservedBits: 4, maskKey: Self.key)
        #expect(assemble(records([frame])).first?.contains("undecodable") == true)
    }

    @Test func `a hole takes the window with it`() {
        let first = FrameBytes.frame(
            .text,
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
            reservedBits: 4,
            maskKey: Self.key
        )
        var entries = records([first, first, first])
        entries.remove(at: 3)
        let kept = assemble(entries, extensions: "permessage-deflate")
        #expect(kept[0] == "text 1 1–1 Hello")
        #expect(kept[1] == "hole 2..<3")
        #expect(kept[2].contains("undecodable"))
        let fresh = assemble(
            entries,
            extensions: "permessage-deflate; client_no_context_takeover"
        )
        #expect(fresh == ["text 1 1–1 Hello", "hole 2..<3", "text 2 3–3 Hello"])
    }

    @Test func `a hole inside a frame is skipped up to the next frame`() {
        var entries = records(Self.fragments) { [$0 / 3, $0 / 2] }
        entries.remove(at: 3)
        #expect(assemble(entries).first == "hole 1..<1")
        #expect(assemble(entries).last == "binary 1 5–5 " + String(repeating: ".", count: 200))
    }

    @Test func `every proper beginning of a message comes out as cut`() {
        let frame = FrameBytes.frame(.text, Array("some text".utf8), maskKey: Self.key)
        for count in 1..<frame.count {
            var builder = HistoryBuilder()
            builder.open(one)
            builder.raw(one, .clientToServer, Array(frame[..<count]), isWhole: false)
            let text = "some text".prefix(max(0, count - 6))
            #expect(assemble(builder.entries) == ["text 1 1–1 \(text) cut"])
        }
    }

    @Test(arguments: [-1, 0, 1]) func `a message is held up to the limit`(_ excess: Int) {
        let limits = MessageLimits(messageBytesMax: 50, controlBytesMax: 125)
        let text = [UInt8](repeating: 120, count: 50 + excess)
        let frames = [
            FrameBytes.frame(.text, Array(text[..<20]), isFinal: false, maskKey: Self.key),
            FrameBytes.frame(.continuation, Array(text[20...]), maskKey: Self.key),
            FrameBytes.frame(.text, [121], maskKey: Self.key),
        ]
        let held = String(repeating: "x", count: min(50, text.count))
        let mark = excess > 0 ? " tooLarge(limit: 50)" : ""
        #expect(
            assemble(records(frames), limits: limits)
                == ["text 1 1–2 \(held)\(mark)", "text 2 3–3 y"]
        )
    }

    @Test(arguments: [124, 125, 126]) func `a control payload is held up to its limit`(_ count: Int)
    {
        let frame = FrameBytes.frame(
            .ping,
            [UInt8](repeating: 120, count: count),
            maskKey: Self.key
        )
        let held = String(repeating: "x", count: min(125, count))
        let mark = count > 125 ? " tooLarge(limit: 125)" : ""
        #expect(assemble(records([frame])) == ["ping 1–1 \(held)\(mark)"])
    }
}
