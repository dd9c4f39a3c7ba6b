public import CaptureFormat
public import Vocabulary
public import WebSocketWire

/// Turns the bytes of one connection into records: HTTP, the upgrade, frames, and how it ended.
///
/// Whoever sees the bytes, a proxy between two sockets or a reader of captured packets, hands them over
/// as they come, direction by direction; what becomes of them is not this room's business.
///
/// ```
///             client-to-server bytes ──▶ FlowRecorder ─┐
///                                                      ├──▶ records, staged in a CaptureEncoder
///             server-to-client bytes ──▶ FlowRecorder ─┘
/// ```
///
/// - **In:** bytes with their direction and time.
/// - **Out:** `Frame`, `Bytes` and `Handshake` records; on request `Closed` and `Resumed`.
/// - **Never:** holds payloads, but for early bytes up to ``earlyByteCountMax``.
public struct ConnectionRecorder: ~Copyable {
    /// More requests than this in flight on one connection are not followed; their bytes are recorded
    /// all the same.
    public static let pipelinedRequestCountMax = 64
    /// Bytes after an upgrade request and before its answer that are kept to name their frames.
    public static let earlyByteCountMax = 64 << 10

    /// The number of the connection.
    public let connection: ConnectionID
    /// What the client sends.
    public private(set) var clientToServer: FlowRecorder
    /// What the server sends.
    public private(set) var serverToClient: FlowRecorder
    /// How the connection ends, as far as it is known.
    public var ending = ConnectionEnding()
    /// Whether the answer to a request, an interim one not counted, has begun.
    public private(set) var isAnswered = false

    /// Where heads of requests ended in the client's bytes that were taken last.
    public private(set) var requestHeadEnds: [ByteOffset] = []

    private let keepsSecrets: Bool
    /// Requests whose answers have not begun, oldest first.
    private var requests: [HTTPHead] = []
    /// The answered upgrade as Protobuf: kept for files that begin later.
    private var handshake: [UInt8] = []

    /// Creates a recorder that has seen nothing.
    ///
    /// - Parameters:
    ///   - connection: The connection's number.
    ///   - keepsSecrets: Whether the values of credentials are recorded.
    ///   - redactedPointers: Values in payloads that are overwritten in the record; none costs nothing.
    public init(
        connection: ConnectionID,
        keepsSecrets: Bool = false,
        redactedPointers: [JSONPointer] = []
    ) {
        self.connection = connection
        self.keepsSecrets = keepsSecrets
        clientToServer = FlowRecorder(
            direction: .clientToServer,
            redactedPointers: redactedPointers
        )
        serverToClient = FlowRecorder(
            direction: .serverToClient,
            redactedPointers: redactedPointers
        )
    }

    /// Where frames begin in the bytes of client and server, once an upgrade was accepted.
    public private(set) var framesStart: (client: ByteOffset, server: ByteOffset)?
    /// The extensions that the server accepted, once it has.
    public private(set) var agreement: ExtensionAgreement?

    /// Whether the client's last byte was the CR of a line without anything else, which may end a head.
    public var isRequestInsideEmptyLine: Bool {
        clientToServer.mode == .http && clientToServer.http.isInsideEmptyLine
    }

    /// Whether a request waits for its answer.
    public var isAwaitingAnswer: Bool { !requests.isEmpty }

    // MARK: - Inputs

    /// Takes bytes.
    ///
    /// - Parameters:
    ///   - bytes: What came.
    ///   - direction: Who sent it.
    ///   - now: When it came.
    ///   - capture: Where records are staged.
    public mutating func take(
        _ bytes: RawSpan,
        _ direction: Direction,
        at now: Instant,
        capture: inout CaptureEncoder
    ) {
        let context = context(now)
        var position = 0
        if direction == .clientToServer {
            if !requestHeadEnds.isEmpty { requestHeadEnds = [] }
            while let head = clientToServer.record(
                bytes,
                from: &position,
                context: context,
                capture: &capture
            ) {
                requestHeadEnds.append(clientToServer.receivedByteCount)
                requestHead(head)
            }
        } else {
            while let head = serverToClient.record(
                bytes,
                from: &position,
                context: context,
                capture: &capture
            ) {
                responseHead(head, context: context, capture: &capture)
            }
        }
        ending.noteCloseFrames(
            client: clientToServer.close != nil,
            server: serverToClient.close != nil
        )
    }

    /// Passes over bytes that were sent and not seen.
    ///
    /// Where frames pass, the flow goes on by itself when the bytes lie within one payload; else it is
    /// ``FlowRecorder/Mode/unframed`` until ``resumeFrames(_:)``.
    public mutating func skip(byteCount: UInt64, _ direction: Direction) {
        if direction == .clientToServer {
            clientToServer.skip(byteCount: byteCount)
        } else {
            serverToClient.skip(byteCount: byteCount)
        }
    }

    /// Says that the next byte of a flow begins a frame; frames before it were not seen.
    public mutating func resumeFrames(_ direction: Direction) {
        if direction == .clientToServer {
            clientToServer.resumeFrames()
        } else {
            serverToClient.resumeFrames()
        }
    }

    /// Says that frames pass already, the upgrade unseen.
    ///
    /// - Parameters:
    ///   - direction: The flow.
    ///   - isAtBoundary: Whether its next byte is known to begin a frame.
    public mutating func beginFrames(_ direction: Direction, isAtBoundary: Bool) {
        requests = []
        if direction == .clientToServer {
            clientToServer.beginFrames(isAtBoundary: isAtBoundary)
        } else {
            serverToClient.beginFrames(isAtBoundary: isAtBoundary)
        }
    }

    /// Says that the answer to the upgrade was not seen, or not all of it.
    ///
    /// What the client has sent behind its request is taken for frames; where the server's begin is not
    /// known.
    public mutating func loseAnswer(at now: Instant, capture: inout CaptureEncoder) {
        let hasEarly = !clientToServer.earlyBytes.isEmpty
        beginFrames(.serverToClient, isAtBoundary: false)
        guard hasEarly else { return beginFrames(.clientToServer, isAtBoundary: false) }
        requests = []
        clientToServer.mode = .frames
        clientToServer.rereadEarlyBytes(context: context(now), capture: &capture)
    }

    // MARK: - State of a flow

    /// How many bytes of a flow have come, those that were not seen included.
    public func received(_ direction: Direction) -> ByteOffset {
        direction == .clientToServer
            ? clientToServer.receivedByteCount : serverToClient.receivedByteCount
    }

    /// What the next byte of a flow is taken for.
    public func mode(_ direction: Direction) -> FlowRecorder.Mode {
        direction == .clientToServer ? clientToServer.mode : serverToClient.mode
    }

    /// The frame of a flow that is passing or comes next; 0 while there are none.
    public func frameNumber(_ direction: Direction) -> UInt64 {
        direction == .clientToServer ? clientToServer.frameNumber : serverToClient.frameNumber
    }

    /// A scanner that stands where a flow of frames does.
    public func scanner(_ direction: Direction) -> FrameScanner {
        direction == .clientToServer
            ? clientToServer.frames.fork() : serverToClient.frames.fork()
    }

    /// Whether a message of a flow has begun whose last fragment is still to come.
    public func isInsideMessage(_ direction: Direction) -> Bool {
        direction == .clientToServer
            ? clientToServer.isInsideMessage : serverToClient.isInsideMessage
    }

    /// The target of the upgrade that was accepted; empty before.
    public private(set) var target = ""

    /// The target of an upgrade that waits for its answer; `nil` when none does.
    public var upgradeTarget: String? {
        requests.last.flatMap { $0.isWebSocketUpgrade ? $0.target : nil }
    }

    // MARK: - Outputs

    /// The record of the end.
    ///
    /// - Parameters:
    ///   - downstream: The client's leg at the very end.
    ///   - upstream: The server's leg.
    /// - Returns: The record.
    public func closed(downstream: LegProgress, upstream: LegProgress) -> ClosedRecord {
        let sign = ending.sign
        return ClosedRecord(
            connection: connection,
            origin: sign.origin,
            cause: sign.cause,
            clientClose: clientToServer.close,
            serverClose: serverToClient.close,
            detail: sign.detail,
            downstream: downstream,
            upstream: upstream
        )
    }

    /// The record of a connection that was open when a file began.
    public func resumed(
        downstream: OpenedRecord,
        upstream: OpenedRecord?,
        progress: ProgressRecord
    ) -> ResumedRecord {
        ResumedRecord(
            connection: connection,
            downstream: downstream,
            upstream: upstream,
            handshake: answeredHandshake,
            clientToServer: clientToServer.resumed,
            serverToClient: serverToClient.resumed,
            progress: progress
        )
    }

    /// The answered upgrade; `nil` when there was none.
    public var answeredHandshake: HandshakeRecord? {
        guard !handshake.isEmpty else { return nil }
        do throws(CaptureFormatError) {
            return try HandshakeRecord(encoded: handshake)
        } catch {
            preconditionFailure("an own handshake record cannot be read: \(error)")
        }
    }

    // MARK: - HTTP

    private func context(_ now: Instant) -> RecordingContext {
        RecordingContext(connection: connection, now: now, keepsSecrets: keepsSecrets)
    }

    /// A request's head is whole.
    private mutating func requestHead(_ head: HTTPHead) {
        guard head.isRequest, requests.count < Self.pipelinedRequestCountMax else {
            clientToServer.mode = .opaque
            return
        }
        requests.append(head)
        if head.isWebSocketUpgrade {
            clientToServer.mode = .early
            return
        }
        do throws(WireError) {
            clientToServer.http.expect(try HTTPBody.ofRequest(head))
        } catch {
            clientToServer.mode = .opaque
        }
    }

    /// A response's head is whole.
    private mutating func responseHead(
        _ head: HTTPHead,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        guard let status = head.status, let request = requests.first else {
            answeredUnseen(head, context: context, capture: &capture)
            return
        }
        if (100..<200).contains(status), status != 101 {
            // RFC 9110 §15.2: an interim answer; the final one is still to come.
            serverToClient.http.expect(.none)
            return
        }
        requests.removeFirst()
        isAnswered = true
        if request.isWebSocketUpgrade {
            answered(
                Handshake(request: request, response: head),
                context: context,
                capture: &capture
            )
        }
        if status == 101 || (request.method == "CONNECT" && (200..<300).contains(status)) {
            switchProtocols(
                isWebSocket: request.isWebSocketUpgrade,
                context: context,
                capture: &capture
            )
            return
        }
        do throws(WireError) {
            serverToClient.http.expect(try HTTPBody.ofResponse(head, to: request.method))
        } catch {
            serverToClient.mode = .opaque
        }
    }

    private mutating func answered(
        _ handshake: Handshake,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        let record = HandshakeRecord(
            connection: connection,
            isAccepted: handshake.response.status == 101,
            target: handshake.request.target,
            host: handshake.request["Host"] ?? "",
            status: UInt32(clamping: handshake.response.status ?? 0),
            subprotocol: handshake.response["Sec-WebSocket-Protocol"] ?? "",
            extensions: handshake.response["Sec-WebSocket-Extensions"] ?? "",
            requestHeaders: fields(of: handshake.request),
            responseHeaders: fields(of: handshake.response),
            problems: handshake.problems,
            clientFramesStart: clientToServer.receivedByteCount
                - ByteOffset(clientToServer.earlyByteCount),
            serverFramesStart: serverToClient.receivedByteCount
        )
        note(record, context: context, capture: &capture)
        if handshake.response.status != 101, clientToServer.mode == .early {
            // Refused. What the client has sent meanwhile was not understood; a new request may
            // follow.
            clientToServer.mode = clientToServer.earlyByteCount == 0 ? .http : .opaque
            clientToServer.http.expect(.none)
            clientToServer.earlyBytes = []
        }
    }

    /// An answer without a request: where frames pass from the client, it is the one to the upgrade.
    private mutating func answeredUnseen(
        _ response: HTTPHead,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        guard clientToServer.mode == .unframed, response.status == 101 else {
            serverToClient.mode = .opaque
            return
        }
        let record = HandshakeRecord(
            connection: connection,
            isAccepted: true,
            target: "",
            host: "",
            status: 101,
            subprotocol: response["Sec-WebSocket-Protocol"] ?? "",
            extensions: response["Sec-WebSocket-Extensions"] ?? "",
            responseHeaders: fields(of: response),
            clientFramesStart: clientToServer.receivedByteCount,
            serverFramesStart: serverToClient.receivedByteCount
        )
        note(record, context: context, capture: &capture)
        serverToClient.beginFrames(isAtBoundary: true)
    }

    private mutating func note(
        _ record: HandshakeRecord,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        handshake = record.encoded()
        if record.isAccepted {
            framesStart = (record.clientFramesStart, record.serverFramesStart)
            target = record.target
            agreement = ExtensionAgreement(response: record.extensions)
        }
        capture.append(.handshake(record), arrival: context.now)
    }

    private mutating func switchProtocols(
        isWebSocket: Bool,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        guard isWebSocket, clientToServer.mode == .early else {
            clientToServer.mode = .opaque
            serverToClient.mode = .opaque
            return
        }
        clientToServer.mode = .frames
        serverToClient.mode = .frames
        // Nothing of the HTTP exchange is needed any more, and a connection may be idle for days.
        clientToServer.http = HTTPScanner()
        serverToClient.http = HTTPScanner()
        requests = []
        clientToServer.rereadEarlyBytes(context: context, capture: &capture)
    }

    private func fields(of head: HTTPHead) -> [HeaderField] {
        let fields = keepsSecrets ? head.fields : head.blankedFields
        return fields.map { HeaderField(name: $0.name, value: $0.value) }
    }
}
