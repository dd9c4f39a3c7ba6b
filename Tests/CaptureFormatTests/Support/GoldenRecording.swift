import CaptureFormat
import Vocabulary
import WebSocketWire

/// A recording whose every byte is fixed: it keeps the time, the offsets and the frame numbers, as a proxy does.
struct GoldenRecording: ~Copyable {
    private(set) var file = MemoryFile()
    private(set) var now = Instant(nanoseconds: 1_795_372_380_000_000_000)
    /// The connection that is being recorded; offsets and frame numbers begin anew with it.
    var connection = ConnectionID(rawValue: 1) {
        didSet {
            clientToServer = FlowState(redactedPointers)
            serverToClient = FlowState(redactedPointers)
        }
    }

    private var encoder: CaptureEncoder
    private let redactedPointers: [JSONPointer]
    private var clientToServer: FlowState
    private var serverToClient: FlowState

    private struct FlowState: ~Copyable {
        var frames = FrameScanner()
        var received: ByteOffset = 0
        var redactor: PayloadRedactor

        init(_ pointers: [JSONPointer]) {
            redactor = PayloadRedactor(pointers)
        }
    }

    init(
        runID: String,
        segmentByteCount: UInt64 = CaptureEncoder.segmentByteCountDefault,
        redactedPointers: [JSONPointer] = []
    ) {
        self.redactedPointers = redactedPointers
        clientToServer = FlowState(redactedPointers)
        serverToClient = FlowState(redactedPointers)
        encoder = CaptureEncoder(
            run: RunDescription(
                runID: runID,
                proxy: "bridge",
                library: "wscap golden",
                started: now,
                values: [
                    HeaderField(name: "listen", value: "127.0.0.1:8000"),
                    HeaderField(name: "upstream", value: "dashboard:8001"),
                ]
            ),
            segmentByteCount: segmentByteCount
        )
    }

    // MARK: Time and ticks

    mutating func wait(_ duration: Duration) {
        now = now.advanced(by: duration)
    }

    /// Ends a tick: what was staged is written.
    ///
    /// The next tick is a millisecond later.
    mutating func commit() {
        file.commit(&encoder)
        wait(.milliseconds(1))
    }

    consuming func sealed() -> [UInt8] {
        file.finish(&encoder)
        return file.bytes
    }

    // MARK: Records

    mutating func note(_ record: CaptureRecord) {
        encoder.append(record, arrival: now)
    }

    mutating func noteConfiguration() {
        note(
            .notice(
                NoticeRecord(
                    topic: "configuration",
                    text: "recording began",
                    values: [HeaderField(name: "keep-secrets", value: "false")]
                        + NoticeRecord.redaction(redactedPointers)
                )
            )
        )
        commit()
    }

    /// Both legs come to be.
    mutating func open() {
        note(
            .opened(
                OpenedRecord(
                    connection: connection,
                    leg: .downstream,
                    local: "127.0.0.1:8000",
                    remote: "127.0.0.1:50001"
                )
            )
        )
        commit()
        note(
            .opened(
                OpenedRecord(
                    connection: connection,
                    leg: .upstream,
                    local: "127.0.0.1:40001",
                    remote: "127.0.0.1:8001",
                    target: "dashboard:8001"
                )
            )
        )
        commit()
    }

    /// The handshake of RFC 6455 §1.3; a cookie is blanked, and frames may come before the answer.
    mutating func upgrade(cookie: String = "", early: [UInt8] = [], extensions: String = "") {
        let stars = String(repeating: "*", count: cookie.utf8.count)
        let line = cookie.isEmpty ? "" : "Cookie: \(stars)\r\n"
        let request =
            "GET /ws HTTP/1.1\r\nHost: dashboard\r\n\(line)Upgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        let start = "GET /ws HTTP/1.1\r\nHost: dashboard\r\nCookie: ".utf8.count
        stage(
            .clientToServer,
            .head,
            Array(request.utf8),
            blanked: cookie.isEmpty ? [] : [start..<start + stars.utf8.count]
        )
        let framesStart = clientToServer.received
        if !early.isEmpty { stage(.clientToServer, .early, early) }
        commit()
        let response =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            + (extensions.isEmpty ? "\r\n" : "Sec-WebSocket-Extensions: \(extensions)\r\n\r\n")
        stage(.serverToClient, .head, Array(response.utf8))
        note(
            .handshake(
                HandshakeRecord(
                    connection: connection,
                    isAccepted: true,
                    target: "/ws",
                    host: "dashboard",
                    status: 101,
                    extensions: extensions,
                    requestHeaders: Self.fields(of: request),
                    responseHeaders: Self.fields(of: response),
                    clientFramesStart: framesStart,
                    serverFramesStart: serverToClient.received
                )
            )
        )
        if !early.isEmpty {
            clientToServer.received = framesStart
            receive(.clientToServer, early, isReread: true)
        }
        commit()
    }

    /// Stages bytes that are no frame.
    mutating func stage(
        _ direction: Direction,
        _ kind: BytesRecord.Kind,
        _ bytes: [UInt8],
        blanked: [Range<Int>] = []
    ) {
        let record = BytesRecord(
            connection: connection,
            direction: direction,
            offset: received(direction),
            kind: kind,
            data: 0..<bytes.count,
            blanked: blanked
        )
        encoder.append(.bytes(record), bytes: bytes.span.bytes, arrival: now)
        advance(direction, by: bytes.count)
    }

    /// Stages what one read brought of a stream of frames.
    mutating func receive(_ direction: Direction, _ bytes: [UInt8], isReread: Bool = false) {
        var position = 0
        while let part = nextPart(direction, bytes, &position) {
            let redacted = redact(part, of: direction, bytes)
            let record = FrameRecord(
                connection: connection,
                direction: direction,
                frame: part.frame,
                part: part.part,
                isLast: part.isLast,
                offset: received(direction),
                isReread: isReread,
                header: redacted.header,
                payload: redacted.payload,
                blanked: redacted.blanked
            )
            encoder.append(record, bytes: redacted.bytes.span.bytes, arrival: now)
            advance(direction, by: part.bytes.count)
        }
    }

    /// How far the legs have come when all that arrived was written, and so many bytes are not acknowledged by
    /// the client.
    func progress(unacknowledged: UInt64) -> ProgressRecord {
        let (client, server) = (clientToServer.received, serverToClient.received)
        return ProgressRecord(
            connection: connection,
            downstream: LegProgress(
                received: client,
                written: server,
                acknowledged: server - unacknowledged,
                isKnown: true
            ),
            upstream: LegProgress(
                received: server,
                written: client,
                acknowledged: client,
                isKnown: true
            )
        )
    }

    func received(_ direction: Direction) -> ByteOffset {
        direction == .clientToServer ? clientToServer.received : serverToClient.received
    }

    // MARK: Helpers

    private mutating func advance(_ direction: Direction, by byteCount: Int) {
        switch direction {
        case .clientToServer: clientToServer.received += ByteOffset(byteCount)
        case .serverToClient: serverToClient.received += ByteOffset(byteCount)
        }
    }

    private mutating func nextPart(
        _ direction: Direction,
        _ bytes: [UInt8],
        _ position: inout Int
    ) -> FrameScanner.Part? {
        do throws(WireError) {
            switch direction {
            case .clientToServer:
                return try clientToServer.frames.next(in: bytes.span.bytes, from: &position)
            case .serverToClient:
                return try serverToClient.frames.next(in: bytes.span.bytes, from: &position)
            }
        } catch {
            preconditionFailure("a golden frame that cannot be framed: \(error)")
        }
    }

    private mutating func redact(
        _ part: FrameScanner.Part,
        of direction: Direction,
        _ bytes: [UInt8]
    ) -> PayloadRedactor.Redacted {
        switch direction {
        case .clientToServer: clientToServer.redactor.redact(part, in: bytes.span.bytes)
        case .serverToClient: serverToClient.redactor.redact(part, in: bytes.span.bytes)
        }
    }

    private static func fields(of head: String) -> [HeaderField] {
        head.split(separator: "\r\n").dropFirst().map { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return HeaderField(name: String(parts[0]), value: String(parts[1]))
        }
    }
}
