import CaptureFormat
import TestKit
import Testing
import Verification
import Vocabulary
import WebSocketWire

private let one = ConnectionID(rawValue: 1)

/// What a proxy with `--redact-json` records of messages to the server.
private struct RedactedRecording {
    private(set) var builder = HistoryBuilder()
    private var redactor: PayloadRedactor
    private var scanner = FrameScannerBox()
    private var offset: ByteOffset = 200

    init(_ pointers: [String], extensions: String = "") throws {
        let pointers = try pointers.map { try JSONPointer($0) }
        redactor = PayloadRedactor(pointers)
        builder.add(
            .notice(
                NoticeRecord(
                    topic: "configuration",
                    text: "recording began",
                    values: NoticeRecord.redaction(pointers)
                )
            )
        )
        builder.open(one, extensions: extensions)
    }

    mutating func send(_ text: String, reservedBits: UInt8 = 0) throws {
        try send(
            FrameBytes.frame(
                .text,
                Array(text.utf8),
                reservedBits: reservedBits,
                maskKey: 0x0102_0304
            )
        )
    }

    mutating func send(_ bytes: [UInt8]) throws {
        for part in try scanner.parts(of: bytes) {
            let redacted = redactor.redact(part, in: bytes.span.bytes)
            let record = FrameRecord(
                connection: one,
                direction: .clientToServer,
                frame: part.frame,
                part: part.part,
                isLast: part.isLast,
                offset: offset,
                header: redacted.header,
                payload: redacted.payload,
                blanked: redacted.blanked
            )
            builder.add(.frame(record), bytes: redacted.bytes)
            offset += UInt64(part.bytes.count)
        }
    }

    mutating func ended() -> [HistoryBuilder.Recorded] {
        let progress = LegProgress(
            received: 150,
            written: offset,
            acknowledged: offset,
            isKnown: true
        )
        let close = ClosedRecord.CloseFrame(code: 1000, reason: "")
        builder.add(
            .closed(
                ClosedRecord(
                    connection: one,
                    origin: .client,
                    cause: .closeHandshake,
                    clientClose: close,
                    serverClose: close,
                    downstream: LegProgress(
                        received: offset,
                        written: 150,
                        acknowledged: 150,
                        isKnown: true
                    ),
                    upstream: progress
                )
            )
        )
        return builder.entries
    }
}

/// Holds a scanner, which cannot be copied.
private final class FrameScannerBox {
    private var scanner = FrameScanner()

    func parts(of bytes: [UInt8]) throws -> [FrameScanner.Part] {
        var parts: [FrameScanner.Part] = []
        var position = 0
        while let part = try scanner.next(in: bytes.span.bytes, from: &position) {
            parts.append(part)
        }
        return parts
    }
}

@Suite struct RedactedCaptureTests {
    private static func line(_ sequence: Int, key: String = "s3cret") -> String {
        #"{"type":"order","sequence":\#(sequence),"api_key":"\#(key)"}"#
    }

    @Test func `blanked values are no failure, and what is left is judged`() throws {
        var recording = try RedactedRecording(["/api_key"])
        for sequence in 1...5 { try recording.send(Self.line(sequence)) }
        let lines = (1...5).map { Self.line($0) }
        let verdict = verdict(recording.ended(), received: lines, journal: lines)
        #expect(verdict.outcome(.integrity) == .pass, "\(verdict)")
        #expect(verdict.outcome(.order) == .pass)
        #expect(verdict.outcome(.loss) == .pass)
        #expect(verdict[.integrity]?.summary == "5 messages, 5 of them JSON, 5 redacted")
        #expect(verdict.notes.contains { $0.contains("cannot be compared byte for byte") })
    }

    @Test func `a loss is found among redacted messages`() throws {
        var recording = try RedactedRecording(["/api_key"])
        for sequence in [1, 2, 4, 5] { try recording.send(Self.line(sequence)) }
        let verdict = verdict(recording.ended(), journal: (1...5).map { Self.line($0) })
        #expect(verdict.outcome(.loss) == .fail)
    }

    @Test func `messages without a number are found in a list by what is left of them`() throws {
        var recording = try RedactedRecording(["/api_key"])
        let lines = (1...3).map { #"{"type":"note","text":"\#($0)","api_key":"k\#($0)"}"# }
        // What opens a connection is a greeting and not looked for.
        for line in ["{}"] + lines { try recording.send(line) }
        let verdict = verdict(recording.ended(), received: lines)
        #expect(verdict.found(.integrity) == [])
        #expect(verdict.outcome(.integrity) == .pass)
    }

    @Test func `two messages under one number conflict when more than the secret differs`() throws {
        for (text, outcome) in [("same", Outcome.pass), ("other", .fail)] {
            var recording = try RedactedRecording(["/api_key"])
            try recording.send(#"{"type":"o","sequence":1,"api_key":"abc","text":"same"}"#)
            try recording.send(#"{"type":"o","sequence":1,"api_key":"xyz","text":"\#(text)"}"#)
            try recording.send(#"{"type":"o","sequence":2,"api_key":"abc","text":"same"}"#)
            #expect(verdict(recording.ended()).outcome(.integrity) == outcome, "\(text)")
        }
    }

    @Test func `a blanked number is no sequence number`() throws {
        var recording = try RedactedRecording(["/sequence"])
        for sequence in 1...5 { try recording.send(Self.line(sequence)) }
        let verdict = verdict(recording.ended())
        #expect(verdict.found(.integrity) == [])
        #expect(verdict.found(.order) == [])
        #expect(verdict.detections.allSatisfy { $0.fields.sequence == nil })
    }

    @Test func `what was blanked from a byte on is not called invalid`() throws {
        var recording = try RedactedRecording(["/api_key"])
        for sequence in 1...20 { try recording.send(Self.line(sequence)) }
        try recording.send(#"{"type":"order",api_key:"s3cret"}"#)
        let verdict = verdict(recording.ended())
        #expect(verdict.found(.integrity) == [])
        #expect(verdict.outcome(.integrity) == .inconclusive)
        #expect(verdict[.integrity]?.reasons.contains { $0.contains("not JSON") } == true)
    }

    @Test func `a text that only ends too early is still called invalid`() throws {
        var recording = try RedactedRecording(["/api_key"])
        for sequence in 1...20 { try recording.send(Self.line(sequence)) }
        try recording.send(#"{"type":"order","api_key":"s3cret""#)
        #expect(verdict(recording.ended()).outcome(.integrity) == .fail)
    }

    @Test func `a compressed message that was blanked is redacted, and not corrupt`() throws {
        var recording = try RedactedRecording(["/api_key"], extensions: "permessage-deflate")
        let payload = DeflateBytes.stored(Array(Self.line(1).utf8))
        let frame = FrameBytes.frame(.text, payload, reservedBits: 4, maskKey: 0x0102_0304)
        try recording.send(frame)
        try recording.send(frame)
        let verdict = verdict(recording.ended())
        #expect(verdict.found(.integrity) == [])
        #expect(verdict.outcome(.integrity) == .inconclusive)
        #expect(
            verdict[.integrity]?.reasons.contains { $0.contains("2 compressed messages") } == true
        )
    }
}
