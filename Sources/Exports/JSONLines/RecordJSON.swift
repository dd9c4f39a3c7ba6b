internal import CaptureFormat
internal import Verification
internal import Vocabulary
internal import WebSocketWire

/// One record, or one message, as one JSON object on one line.
enum RecordJSON {
    typealias Members = [(String, String)]

    /// A Frame record.
    static func line(
        _ entry: CaptureEntry,
        _ record: FrameRecord,
        _ part: FrameHeadTracker.Part,
        bytes: RawSpan
    ) -> String {
        var members = beginning("frame", entry)
        members += place(record.connection, record.direction)
        members += [
            ("frame", String(record.frame)), ("part", String(record.part)),
            ("last", String(record.isLast)), ("offset", String(record.offset)),
        ]
        if record.isReread { members.append(("reread", "true")) }
        if let header = part.header {
            members += [
                ("opcode", quoted(header.opcode)), ("fin", String(header.isFinal)),
                ("rsv", String(header.reservedBits)), ("masked", String(header.isMasked)),
                ("payload_length", String(header.payloadLength)),
            ]
        }
        members += [
            ("header", base64(bytes.extracting(record.header))),
            ("payload", base64(bytes.extracting(record.payload))),
        ]
        if !record.blanked.isEmpty { members.append(("blanked", blanked(record.blanked))) }
        if let text = part.text { members.append(("text", JSONText.quoted(text))) }
        return JSONText.object(members)
    }

    /// Any other record.
    static func line(_ entry: CaptureEntry, bytes: RawSpan) -> String {
        let (name, members) = content(of: entry.record, bytes: bytes)
        return JSONText.object(beginning(name, entry) + members)
    }

    /// A message.
    static func line(_ message: CollectedMessage) -> String {
        let known = message.message
        let listed = MessageLine(known, payload: message.payload)
        var members: Members = [("record", JSONText.quoted("message"))]
        members += time("time", known.began) + time("ended", known.ended)
        members += place(known.connection, known.direction)
        if let number = known.number { members.append(("message", String(number))) }
        members += [
            ("first_frame", String(known.firstFrame)), ("last_frame", String(known.lastFrame)),
            ("offset", String(known.start)), ("end", String(known.end)),
            ("opcode", quoted(known.opcode)), ("compressed", String(known.isCompressed)),
            ("wire_length", String(known.wireByteCount)),
            ("payload_length", String(known.payloadByteCount)),
            ("content", JSONText.quoted(listed.contentName)),
            ("sha256", JSONText.quoted(listed.sha256)),
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            ("payload", base64(unsafe message.payload.span.bytes)),
        ]
        if !message.payload.isEmpty, let text = message.payload.wellFormedText {
            members.append(("text", JSONText.quoted(text)))
        }
        return JSONText.object(members)
    }

    // MARK: - Kinds

    private static func content(
        of record: CaptureRecord,
        bytes: RawSpan
    ) -> (name: String, Members) {
        switch record {
        // Frames have a function of their own, because their heads reach over records.
        case .frame(let record):
            return ("frame", place(record.connection, record.direction))
        case .bytes(let record): return ("bytes", members(of: record, bytes: bytes))
        case .outcome(let record): return ("outcome", members(of: record))
        case .held(let record):
            return (
                "held",
                place(record.connection, record.direction) + [
                    ("offset", String(record.offset)), ("byte_count", String(record.byteCount)),
                    ("held_ns", String(record.heldNanoseconds)),
                    ("cause", JSONText.quoted(record.cause)),
                ]
            )
        case .rewrite(let record): return ("rewrite", members(of: record))
        case .opened(let record):
            return (
                "opened",
                place(record.connection) + [
                    ("leg", quoted(record.leg)), ("local", JSONText.quoted(record.local)),
                    ("remote", JSONText.quoted(record.remote)),
                    ("target", JSONText.quoted(record.target)),
                ] + announcement(of: record)
            )
        case .secured(let record): return ("secured", members(of: record))
        case .handshake(let record): return ("handshake", members(of: record))
        case .progress(let record):
            return (
                "progress",
                place(record.connection) + [
                    ("downstream", object(record.downstream)),
                    ("upstream", object(record.upstream)),
                ]
            )
        case .closed(let record): return ("closed", members(of: record))
        case .faultChange(let record): return ("fault_change", members(of: record))
        case .mark(let record):
            return (
                "mark",
                [
                    ("label", JSONText.quoted(record.label)),
                    ("source", JSONText.quoted(record.source)),
                ]
            )
        case .gap(let record):
            return (
                "gap",
                time("from", record.from) + time("through", record.through) + [
                    ("open", String(record.isOpen)), ("byte_count", String(record.byteCount)),
                    ("frame_count", String(record.frameCount)),
                    ("stream_byte_count", String(record.streamByteCount)),
                    ("reason", JSONText.quoted(record.reason)), ("runs", runs(of: record)),
                ]
            )
        case .resumed(let record): return ("resumed", members(of: record))
        case .notice(let record):
            return (
                "notice",
                [
                    ("topic", JSONText.quoted(record.topic)),
                    ("text", JSONText.quoted(record.text)),
                    ("values", fields(record.values)),
                ]
            )
        case .unknown(let schema): return ("unknown", [("schema", JSONText.quoted(schema))])
        }
    }

    private static func members(of record: BytesRecord, bytes: RawSpan) -> Members {
        let data = bytes.extracting(record.data)
        var members = place(record.connection, record.direction)
        members += [
            ("kind", quoted(record.kind)), ("offset", String(record.offset)),
            ("data", base64(data)),
        ]
        if !record.blanked.isEmpty {
            let runs = record.blanked.map { run in
                JSONText.object([("start", String(run.lowerBound)), ("length", String(run.count))])
            }
            members.append(("blanked", array(runs)))
        }
        if let text = data.copied.wellFormedText {
            members.append(("text", JSONText.quoted(text)))
        }
        return members
    }

    private static func members(of record: OutcomeRecord) -> Members {
        place(record.connection, record.direction) + [
            ("kind", quoted(record.kind)), ("byte_count", String(record.byteCount)),
            ("cause", JSONText.quoted(record.cause)),
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            ("sent", base64(unsafe record.sent.span.bytes)),
        ]
    }

    private static func members(of record: RewriteRecord) -> Members {
        place(record.connection, record.direction) + [
            ("kind", quoted(record.kind)), ("offset", String(record.offset)),
            ("byte_count", String(record.byteCount)), ("origin", String(record.origin)),
            ("cause", JSONText.quoted(record.cause)), ("blanked", String(record.isBlanked)),
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            ("sent", base64(unsafe record.sent.span.bytes)),
        ]
    }

    /// What a PROXY header has said; nothing without one.
    private static func announcement(of record: OpenedRecord) -> Members {
        guard !record.preface.isEmpty else { return [] }
        return [
            ("announced", JSONText.quoted(record.announced)),
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            ("preface", base64(unsafe record.preface.span.bytes)),
        ]
    }

    private static func members(of record: SecuredRecord) -> Members {
        place(record.connection) + [
            ("leg", quoted(record.leg)), ("version", JSONText.quoted(record.version)),
            ("application_protocol", JSONText.quoted(record.applicationProtocol)),
            ("server_name", JSONText.quoted(record.serverName)),
            ("peer", JSONText.quoted(record.peer)), ("verified", String(record.isVerified)),
        ]
    }

    private static func members(of record: FaultChangeRecord) -> Members {
        [
            ("action", JSONText.quoted(record.action)), ("fault", JSONText.quoted(record.fault)),
            ("type", JSONText.quoted(record.type)), ("stream", JSONText.quoted(record.stream)),
            ("toxicity", JSONText.quoted(record.toxicity)),
            ("attributes", fields(record.attributes)), ("seed", String(record.seed)),
            ("source", JSONText.quoted(record.source)),
        ]
    }

    private static func members(of record: HandshakeRecord) -> Members {
        place(record.connection) + [
            ("accepted", String(record.isAccepted)), ("target", JSONText.quoted(record.target)),
            ("host", JSONText.quoted(record.host)), ("status", String(record.status)),
            ("subprotocol", JSONText.quoted(record.subprotocol)),
            ("extensions", JSONText.quoted(record.extensions)),
            ("request_headers", fields(record.requestHeaders)),
            ("response_headers", fields(record.responseHeaders)),
            ("problems", array(record.problems.map(JSONText.quoted))),
            ("client_frames_start", String(record.clientFramesStart)),
            ("server_frames_start", String(record.serverFramesStart)),
        ]
    }

    private static func members(of record: ResumedRecord) -> Members {
        var members = place(record.connection)
        members.append(("downstream", object(record.downstream)))
        if let upstream = record.upstream { members.append(("upstream", object(upstream))) }
        if let handshake = record.handshake {
            members.append(("handshake", JSONText.object(self.members(of: handshake))))
        }
        for direction in Direction.allCases {
            let flow = record[direction]
            let name = direction == .clientToServer ? "client_to_server" : "server_to_client"
            let values: Members = [
                ("offset", String(flow.offset)), ("frame", String(flow.frame)),
                ("inside_frame", String(flow.isInsideFrame)),
                ("inside_message", String(flow.isInsideMessage)),
                ("closed", String(flow.isClosed)),
            ]
            members.append((name, JSONText.object(values)))
        }
        return members
    }

    private static func object(_ opened: OpenedRecord) -> String {
        JSONText.object(
            [
                ("local", JSONText.quoted(opened.local)),
                ("remote", JSONText.quoted(opened.remote)),
                ("target", JSONText.quoted(opened.target)),
            ] + announcement(of: opened)
        )
    }

    private static func blanked(_ runs: [BlankedRun]) -> String {
        array(
            runs.map { run in
                JSONText.object([
                    ("start", String(run.range.lowerBound)), ("length", String(run.range.count)),
                    ("reason", JSONText.quoted("\(run.reason)".kebabCase)),
                ])
            }
        )
    }

    private static func runs(of gap: GapRecord) -> String {
        array(
            gap.runs.map { run in
                JSONText.object(
                    place(run.connection, run.direction) + [
                        ("first", String(run.first)), ("last", String(run.last)),
                    ]
                )
            }
        )
    }

    private static func members(of record: ClosedRecord) -> Members {
        var members = place(record.connection)
        members += [("origin", quoted(record.origin)), ("cause", quoted(record.cause))]
        if let close = record.clientClose { members.append(("client_close", object(close))) }
        if let close = record.serverClose { members.append(("server_close", object(close))) }
        members += [
            ("detail", JSONText.quoted(record.detail)), ("downstream", object(record.downstream)),
            ("upstream", object(record.upstream)),
        ]
        return members
    }

    // MARK: - Values

    private static func beginning(_ name: String, _ entry: CaptureEntry) -> Members {
        [("record", JSONText.quoted(name))] + time("time", entry.arrival)
            + [("log_time_ns", JSONText.quoted(String(entry.time.nanoseconds)))]
    }

    /// A time for people, and the same as a text of nanoseconds, which no reader can round.
    private static func time(_ name: String, _ time: Instant) -> Members {
        [
            (name, JSONText.quoted(time.rfc3339(fractionDigits: 9))),
            ("\(name)_ns", JSONText.quoted(String(time.nanoseconds))),
        ]
    }

    private static func place(
        _ connection: ConnectionID,
        _ direction: Direction? = nil
    ) -> Members {
        [("connection", quoted(connection))]
            + (direction.map { [("direction", quoted($0))] } ?? [])
    }

    private static func object(_ progress: LegProgress) -> String {
        JSONText.object([
            ("received", String(progress.received)), ("written", String(progress.written)),
            ("acknowledged", String(progress.acknowledged)),
            ("unsent", String(progress.unsent)), ("known", String(progress.isKnown)),
        ])
    }

    private static func object(_ close: ClosedRecord.CloseFrame) -> String {
        JSONText.object([
            ("code", String(close.code)), ("reason", JSONText.quoted(close.reason)),
        ])
    }

    private static func fields(_ fields: [HeaderField]) -> String {
        array(
            fields.map { field in
                JSONText.object([
                    ("name", JSONText.quoted(field.name)), ("value", JSONText.quoted(field.value)),
                ])
            }
        )
    }

    private static func array(_ elements: [String]) -> String {
        "[\(elements.joined(separator: ","))]"
    }

    private static func base64(_ bytes: RawSpan) -> String {
        "\"\(Base64.text(bytes))\""
    }

    /// The name of a case.
    private static func quoted(_ value: some Any) -> String {
        JSONText.quoted("\(value)".kebabCase)
    }

    private static func quoted(_ value: some CustomStringConvertible) -> String {
        JSONText.quoted(value.description)
    }
}
