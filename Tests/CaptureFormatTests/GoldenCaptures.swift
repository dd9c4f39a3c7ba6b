import CaptureFormat
import TestKit
import Testing
import Vocabulary
import WebSocketWire

/// One of the captures in captures/golden, made anew from fixed inputs.
struct GoldenCapture: CustomTestStringConvertible, Sendable {
    /// The file's name without its extension.
    var name: String
    /// Makes the file's bytes.
    var make: @Sendable () -> [UInt8]

    var testDescription: String { name }

    /// All of them; captures/README.md tells what each is for.
    static let all = [
        GoldenCapture(name: "minimal") { minimal() },
        GoldenCapture(name: "exchange") { exchange() },
        GoldenCapture(name: "kinds") { kinds() },
        GoldenCapture(name: "redacted") { redacted() },
        GoldenCapture(name: "segments") { segments() },
        GoldenCapture(name: "unfinished") { unfinished() },
        GoldenCapture(name: "unfinished-sealed") { unfinishedSealed() },
    ]

    // MARK: The captures

    /// A proxy that was started and stopped: one record, no connection.
    private static func minimal() -> [UInt8] {
        var recording = GoldenRecording(runID: "00000001")
        recording.noteConfiguration()
        return recording.sealed()
    }

    /// One connection: upgrade, a text message each way in parts, close handshake.
    private static func exchange() -> [UInt8] {
        var recording = GoldenRecording(runID: "00000002")
        recording.noteConfiguration()
        converse(&recording)
        return recording.sealed()
    }

    /// Every kind of record, and every oddity that has a field of its own.
    private static func kinds() -> [UInt8] {
        var recording = GoldenRecording(runID: "00000003")
        recording.noteConfiguration()
        earlyAndOpaque(&recording)
        recording.connection = ConnectionID(rawValue: 2)
        refused(&recording)
        disturbed(&recording)
        recording.note(
            .gap(
                GapRecord(
                    from: recording.now,
                    through: recording.now.advanced(by: .milliseconds(250)),
                    byteCount: 4242,
                    frameCount: 5,
                    reason: "Writing run.wscap failed (No space left on device).",
                    runs: [
                        GapRecord.Run(
                            connection: recording.connection,
                            direction: .serverToClient,
                            first: 7,
                            last: 11
                        )
                    ]
                )
            )
        )
        recording.note(.resumed(resumed(recording.connection)))
        recording.note(
            .notice(
                NoticeRecord(
                    topic: "clock",
                    text: "the wall clock was stepped; times in this capture go on evenly",
                    values: [HeaderField(name: "step_ns", value: "-3600000000000")]
                )
            )
        )
        recording.commit()
        return recording.sealed()
    }

    /// A connection that was in the middle of a message when recording went on.
    private static func resumed(_ connection: ConnectionID) -> ResumedRecord {
        ResumedRecord(
            connection: connection,
            downstream: OpenedRecord(
                connection: connection,
                leg: .downstream,
                local: "172.18.0.3:8000",
                remote: "172.18.0.4:50002"
            ),
            clientToServer: ResumedFlow(offset: 1234, frame: 3, isInsideMessage: true),
            serverToClient: ResumedFlow(offset: 56, frame: 12, isInsideFrame: true),
            progress: ProgressRecord(
                connection: connection,
                downstream: LegProgress(received: 1234),
                upstream: LegProgress(received: 56)
            )
        )
    }

    /// Values that were named as secret, a message that stops being JSON, and a compressed one.
    private static func redacted() -> [UInt8] {
        let pointers = ["/api_key", "/pins"].map { text in
            do throws(JSONPointer.Failure) {
                return try JSONPointer(text)
            } catch {
                preconditionFailure("\(text): \(error)")
            }
        }
        var recording = GoldenRecording(runID: "00000006", redactedPointers: pointers)
        recording.noteConfiguration()
        recording.open()
        recording.upgrade(extensions: "permessage-deflate")
        // Masked, and torn within the secret by the reads.
        let login = FrameBytes.frame(
            .text,
            Array(#"{"type":"login","api_key":"s3cret","pins":[47,11],"seq":1}"#.utf8),
            maskKey: 0x3D21_FA37
        )
        recording.receive(.clientToServer, Array(login[..<36]))
        recording.commit()
        recording.receive(.clientToServer, Array(login[36...]))
        recording.commit()
        recording.receive(
            .serverToClient,
            FrameBytes.frame(.text, Array(#"{"type":"hi",api_key:"s3cret"}"#.utf8))
        )
        recording.commit()
        // RFC 7692 §7.2.3.1: "Hello", compressed.
        let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        recording.receive(.serverToClient, FrameBytes.frame(.text, hello, reservedBits: 4))
        recording.commit()
        return recording.sealed()
    }

    /// Small segments: several chunks, and padding before a head that would cross a page.
    private static func segments() -> [UInt8] {
        var recording = GoldenRecording(runID: "00000004", segmentByteCount: 3234)
        recording.noteConfiguration()
        recording.open()
        for number in 1...6 {
            let text =
                Array("message \(number) ".utf8)
                + [UInt8](repeating: UInt8(ascii: "x"), count: 1515)
            recording.receive(.clientToServer, FrameBytes.frame(.text, text, maskKey: 0x3D21_FA37))
            recording.commit()
            recording.receive(.serverToClient, FrameBytes.frame(.text, Array("ack \(number)".utf8)))
            recording.commit()
        }
        return recording.sealed()
    }

    /// What `kill -9` leaves: a chunk, an open segment, and a record that is not whole.
    private static func unfinished() -> [UInt8] {
        var recording = interrupted()
        recording.receive(.serverToClient, FrameBytes.frame(.text, Array("never whole".utf8)))
        recording.commit()
        return Array(recording.file.bytes.dropLast(13))
    }

    /// The same recording, ended in order before the record that was torn.
    private static func unfinishedSealed() -> [UInt8] {
        let recording = interrupted()
        return recording.sealed()
    }

    // MARK: What happens in them

    private static func interrupted() -> GoldenRecording {
        var recording = GoldenRecording(runID: "00000005", segmentByteCount: 900)
        recording.noteConfiguration()
        recording.open()
        recording.upgrade()
        recording.receive(
            .clientToServer,
            FrameBytes.frame(.text, Array("Hello".utf8), maskKey: 0x3D21_FA37)
        )
        recording.commit()
        return recording
    }

    private static func converse(_ recording: inout GoldenRecording) {
        recording.open()
        recording.upgrade()
        // RFC 6455 §5.7: a single-frame masked text message; here its last three bytes come in a second read.
        let hello = FrameBytes.frame(.text, Array("Hello".utf8), maskKey: 0x3D21_FA37)
        recording.receive(.clientToServer, Array(hello[..<8]))
        recording.commit()
        recording.receive(.clientToServer, Array(hello[8...]))
        recording.commit()
        // A message of two frames; the second frame's head is torn apart by the reads.
        let first = FrameBytes.frame(.text, Array("Hel".utf8), isFinal: false)
        let second = FrameBytes.frame(.continuation, Array("lo back".utf8))
        recording.receive(.serverToClient, first + second[..<1])
        recording.commit()
        recording.receive(.serverToClient, Array(second[1...]))
        recording.commit()
        recording.wait(.milliseconds(996))
        recording.note(.progress(recording.progress(unacknowledged: 9)))
        recording.commit()
        // Code 1000 and its answer.
        let reason = [0x03, 0xE8] + Array("done".utf8)
        recording.receive(.clientToServer, FrameBytes.frame(.close, reason, maskKey: 0x0403_0201))
        recording.commit()
        recording.receive(.serverToClient, FrameBytes.frame(.close, [0x03, 0xE8]))
        recording.commit()
        let progress = recording.progress(unacknowledged: 0)
        recording.note(
            .closed(
                ClosedRecord(
                    connection: recording.connection,
                    origin: .client,
                    cause: .closeHandshake,
                    clientClose: ClosedRecord.CloseFrame(code: 1000, reason: "done"),
                    serverClose: ClosedRecord.CloseFrame(code: 1000, reason: ""),
                    downstream: progress.downstream,
                    upstream: progress.upstream
                )
            )
        )
        recording.commit()
    }

    /// Secrets, bytes before the answer, bytes that are no frames, and the proxy's own stop.
    private static func earlyAndOpaque(_ recording: inout GoldenRecording) {
        recording.open()
        let ping = FrameBytes.frame(.ping, Array("early".utf8), maskKey: 0)
        recording.upgrade(cookie: "session=4711", early: ping)
        // RFC 6455 §5.2: the top bit of a 64-bit length must be 0; nothing can be framed from here on.
        let absurd: [UInt8] = [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0]
        recording.stage(.serverToClient, .opaque, absurd)
        recording.commit()
        let goodbye = FrameBytes.frame(
            .close,
            [0x03, 0xE9] + Array("proxy shutting down".utf8),
            maskKey: 0x0D0C_0B0A
        )
        recording.note(
            .outcome(
                OutcomeRecord(
                    connection: recording.connection,
                    direction: .clientToServer,
                    kind: .injected,
                    sent: goodbye,
                    byteCount: UInt64(goodbye.count),
                    cause: "shutdown"
                )
            )
        )
        recording.note(
            .outcome(
                OutcomeRecord(
                    connection: recording.connection,
                    direction: .serverToClient,
                    kind: .undeliverable,
                    byteCount: 10,
                    cause: "shutdown"
                )
            )
        )
        // Of the server's bytes the last ten were never written, four are stuck in our kernel.
        var progress = recording.progress(unacknowledged: 14)
        progress.downstream.written -= 10
        progress.downstream.unsent = 4
        recording.note(
            .closed(
                ClosedRecord(
                    connection: recording.connection,
                    origin: .proxy,
                    cause: .shutdown,
                    downstream: progress.downstream,
                    upstream: LegProgress(received: progress.upstream.received)
                )
            )
        )
        recording.commit()
    }

    /// A fault is added, holds bytes, and is removed.
    private static func disturbed(_ recording: inout GoldenRecording) {
        recording.note(
            .faultChange(
                FaultChangeRecord(
                    action: "added",
                    fault: "slow",
                    type: "latency",
                    stream: "upstream",
                    toxicity: "0.5",
                    attributes: [
                        HeaderField(name: "latency", value: "250"),
                        HeaderField(name: "jitter", value: "0"),
                    ],
                    seed: 4711,
                    source: "127.0.0.1:50010 toxiproxy-cli"
                )
            )
        )
        recording.note(
            .held(
                HeldRecord(
                    connection: ConnectionID(rawValue: 1),
                    direction: .clientToServer,
                    offset: 150,
                    byteCount: 11,
                    heldNanoseconds: 250_000_000,
                    cause: "slow"
                )
            )
        )
        recording.note(
            .rewrite(
                RewriteRecord(
                    connection: ConnectionID(rawValue: 1),
                    direction: .clientToServer,
                    kind: .dropped,
                    offset: 150,
                    byteCount: 11,
                    cause: "lose-trades"
                )
            )
        )
        recording.note(
            .rewrite(
                RewriteRecord(
                    connection: ConnectionID(rawValue: 1),
                    direction: .clientToServer,
                    kind: .inserted,
                    offset: 161,
                    byteCount: 0,
                    sent: [0x81, 0x82, 1, 2, 3, 4, 0x69, 0x6B],
                    cause: "noise"
                )
            )
        )
        recording.note(.mark(MarkRecord(label: "restarted", source: "127.0.0.1:50011 curl")))
        recording.note(
            .opened(
                OpenedRecord(
                    connection: ConnectionID(rawValue: 5),
                    leg: .downstream,
                    local: "172.18.0.3:8000",
                    remote: "172.18.0.9:50003",
                    announced: "203.0.113.7:41000",
                    preface: Array("PROXY TCP4 203.0.113.7 203.0.113.1 41000 443\r\n".utf8)
                )
            )
        )
        recording.note(
            .secured(
                SecuredRecord(
                    connection: ConnectionID(rawValue: 5),
                    leg: .upstream,
                    version: "TLSv1.3",
                    applicationProtocol: "http/1.1",
                    serverName: "dashboard-behind",
                    peer: "dashboard-behind, until 2036-01-01",
                    isVerified: true
                )
            )
        )
        recording.commit()
    }

    /// A plain request whose upstream is not there.
    private static func refused(_ recording: inout GoldenRecording) {
        recording.note(
            .opened(
                OpenedRecord(
                    connection: recording.connection,
                    leg: .downstream,
                    local: "[::1]:8000",
                    remote: "[::1]:50002"
                )
            )
        )
        recording.commit()
        let head = "POST /orders HTTP/1.1\r\nHost: dashboard\r\nContent-Length: 4\r\n\r\n"
        recording.stage(.clientToServer, .head, Array(head.utf8))
        recording.stage(.clientToServer, .body, Array("buy!".utf8))
        let answer = Array("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n".utf8)
        recording.note(
            .outcome(
                OutcomeRecord(
                    connection: recording.connection,
                    direction: .serverToClient,
                    kind: .injected,
                    sent: answer,
                    byteCount: UInt64(answer.count),
                    cause: "upstream-failure"
                )
            )
        )
        recording.note(
            .outcome(
                OutcomeRecord(
                    connection: recording.connection,
                    direction: .clientToServer,
                    kind: .undeliverable,
                    byteCount: recording.received(.clientToServer),
                    cause: "upstreamRefused"
                )
            )
        )
        recording.note(
            .closed(
                ClosedRecord(
                    connection: recording.connection,
                    origin: .server,
                    cause: .upstreamRefused,
                    detail: "connection refused",
                    downstream: LegProgress(
                        received: recording.received(.clientToServer),
                        written: UInt64(answer.count),
                        acknowledged: UInt64(answer.count),
                        isKnown: true
                    )
                )
            )
        )
        recording.commit()
    }
}
