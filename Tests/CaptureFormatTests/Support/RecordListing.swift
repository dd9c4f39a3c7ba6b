import CaptureFormat
import Vocabulary

/// One of our records as JSON, with the names of the Protobuf fields; fields at their default are shown too.
enum RecordListing {
    typealias Members = [(String, String)]

    static func member(of record: CaptureRecord, in bytes: [UInt8]) -> (String, String) {
        let (name, members): (String, Members) =
            switch record {
            case .frame(let record): ("frame", frame(record, in: bytes))
            case .bytes(let record): ("bytes", run(record, in: bytes))
            case .outcome(let record): ("outcome", outcome(record))
            case .held(let record):
                (
                    "held",
                    [
                        connection(record.connection), ("offset", String(record.offset)),
                        ("byte_count", String(record.byteCount)),
                        ("held_ns", String(record.heldNanoseconds)),
                        ("cause", JSONText.quoted(record.cause)),
                    ]
                )
            case .rewrite(let record): ("rewrite", rewrite(record))
            case .opened(let record): ("opened", opened(record))
            case .secured(let record):
                (
                    "secured",
                    [
                        connection(record.connection), ("leg", JSONText.quoted("\(record.leg)")),
                        ("version", JSONText.quoted(record.version)),
                        ("application_protocol", JSONText.quoted(record.applicationProtocol)),
                        ("server_name", JSONText.quoted(record.serverName)),
                        ("peer", JSONText.quoted(record.peer)),
                        ("verified", String(record.isVerified)),
                    ]
                )
            case .handshake(let record): ("handshake", handshake(record))
            case .progress(let record):
                (
                    "progress",
                    [
                        connection(record.connection), ("downstream", progress(record.downstream)),
                        ("upstream", progress(record.upstream)),
                    ]
                )
            case .closed(let record): ("closed", closed(record))
            case .faultChange(let record): ("fault_change", faultChange(record))
            case .mark(let record):
                (
                    "mark",
                    [
                        ("label", JSONText.quoted(record.label)),
                        ("source", JSONText.quoted(record.source)),
                    ]
                )
            case .gap(let record): ("gap", gap(record))
            case .resumed(let record): ("resumed", resumed(record))
            case .notice(let record):
                (
                    "notice",
                    [
                        ("topic", JSONText.quoted(record.topic)),
                        ("text", JSONText.quoted(record.text)),
                        ("values", headers(record.values)),
                    ]
                )
            case .unknown(let schema): ("unknown", [("schema", JSONText.quoted(schema))])
            }
        return (name, JSONText.object(members))
    }

    private static func gap(_ record: GapRecord) -> Members {
        let runs = record.runs.map { run in
            JSONText.object([
                connection(run.connection), ("direction", String(run.direction.rawValue)),
                ("first", String(run.first)), ("last", String(run.last)),
            ])
        }
        return [
            ("from", time(record.from)), ("through", time(record.through)),
            ("byte_count", String(record.byteCount)), ("reason", JSONText.quoted(record.reason)),
            ("open", String(record.isOpen)), ("frame_count", String(record.frameCount)),
            ("runs", "[" + runs.joined(separator: ",") + "]"),
        ]
    }

    private static func resumed(_ record: ResumedRecord) -> Members {
        var members = [
            connection(record.connection),
            ("downstream", JSONText.object(opened(record.downstream))),
        ]
        if let upstream = record.upstream {
            members.append(("upstream", JSONText.object(opened(upstream))))
        }
        if let answered = record.handshake {
            members.append(("handshake", JSONText.object(handshake(answered))))
        }
        return members + [
            ("client_to_server", flow(record.clientToServer)),
            ("server_to_client", flow(record.serverToClient)),
            (
                "progress",
                JSONText.object([
                    connection(record.progress.connection),
                    ("downstream", progress(record.progress.downstream)),
                    ("upstream", progress(record.progress.upstream)),
                ])
            ),
        ]
    }

    private static func flow(_ flow: ResumedFlow) -> String {
        JSONText.object([
            ("offset", String(flow.offset)), ("frame", String(flow.frame)),
            ("inside_frame", String(flow.isInsideFrame)),
            ("inside_message", String(flow.isInsideMessage)), ("closed", String(flow.isClosed)),
        ])
    }

    private static func frame(_ record: FrameRecord, in bytes: [UInt8]) -> Members {
        [
            connection(record.connection), ("frame", String(record.frame)),
            ("part", String(record.part)),
            ("last", String(record.isLast)), ("offset", String(record.offset)),
            ("reread", String(record.isReread)), ("header", hexadecimal(bytes[record.header])),
            ("payload", hexadecimal(bytes[record.payload])),
            ("blanked", blanked(record.blanked)),
        ]
    }

    private static func run(_ record: BytesRecord, in bytes: [UInt8]) -> Members {
        let data =
            record.kind == .head || record.kind == .body
            ? JSONText.quoted(String(decoding: bytes[record.data], as: UTF8.self))
            : hexadecimal(bytes[record.data])
        return [
            connection(record.connection), ("offset", String(record.offset)),
            ("kind", enumerator("\(record.kind)")), ("data", data),
            ("blanked", blanked(record.blanked.map { BlankedRun($0, .secret) })),
        ]
    }

    private static func blanked(_ runs: [BlankedRun]) -> String {
        let objects = runs.map {
            JSONText.object([
                ("start", String($0.range.lowerBound)), ("length", String($0.range.count)),
                ("reason", enumerator("\($0.reason)")),
            ])
        }
        return "[" + objects.joined(separator: ",") + "]"
    }

    private static func faultChange(_ record: FaultChangeRecord) -> Members {
        [
            ("action", JSONText.quoted(record.action)), ("fault", JSONText.quoted(record.fault)),
            ("type", JSONText.quoted(record.type)), ("stream", JSONText.quoted(record.stream)),
            ("toxicity", JSONText.quoted(record.toxicity)),
            ("attributes", headers(record.attributes)), ("seed", String(record.seed)),
            ("source", JSONText.quoted(record.source)),
        ]
    }

    private static func outcome(_ record: OutcomeRecord) -> Members {
        [
            connection(record.connection), ("kind", enumerator("\(record.kind)")),
            ("sent", hexadecimal(record.sent[...])), ("byte_count", String(record.byteCount)),
            ("cause", JSONText.quoted(record.cause)),
        ]
    }

    private static func rewrite(_ record: RewriteRecord) -> Members {
        [
            connection(record.connection), ("kind", enumerator("\(record.kind)")),
            ("offset", String(record.offset)), ("byte_count", String(record.byteCount)),
            ("sent", hexadecimal(record.sent[...])), ("blanked", String(record.isBlanked)),
            ("origin", String(record.origin)), ("cause", JSONText.quoted(record.cause)),
        ]
    }

    private static func opened(_ record: OpenedRecord) -> Members {
        [
            connection(record.connection), ("leg", enumerator("\(record.leg)")),
            ("local", JSONText.quoted(record.local)), ("remote", JSONText.quoted(record.remote)),
            ("target", JSONText.quoted(record.target)),
            ("announced", JSONText.quoted(record.announced)),
            ("preface", hexadecimal(record.preface[...])),
        ].filter { $0.1 != "\"\"" || $0.0 == "target" }
    }

    private static func handshake(_ record: HandshakeRecord) -> Members {
        [
            connection(record.connection), ("accepted", String(record.isAccepted)),
            ("target", JSONText.quoted(record.target)), ("host", JSONText.quoted(record.host)),
            ("status", String(record.status)), ("subprotocol", JSONText.quoted(record.subprotocol)),
            ("extensions", JSONText.quoted(record.extensions)),
            ("request_headers", headers(record.requestHeaders)),
            ("response_headers", headers(record.responseHeaders)),
            ("problems", "[" + record.problems.map(JSONText.quoted).joined(separator: ",") + "]"),
            ("client_frames_start", String(record.clientFramesStart)),
            ("server_frames_start", String(record.serverFramesStart)),
        ]
    }

    private static func closed(_ record: ClosedRecord) -> Members {
        [
            connection(record.connection), ("origin", enumerator("\(record.origin)")),
            ("cause", enumerator("\(record.cause)")), ("client_close", close(record.clientClose)),
            ("server_close", close(record.serverClose)), ("detail", JSONText.quoted(record.detail)),
            ("downstream", progress(record.downstream)), ("upstream", progress(record.upstream)),
        ]
    }

    private static func progress(_ progress: LegProgress) -> String {
        JSONText.object([
            ("received", String(progress.received)), ("written", String(progress.written)),
            ("acknowledged", String(progress.acknowledged)), ("unsent", String(progress.unsent)),
            ("known", String(progress.isKnown)),
        ])
    }

    private static func close(_ frame: ClosedRecord.CloseFrame?) -> String {
        guard let frame else { return "null" }
        return JSONText.object([
            ("code", String(frame.code)), ("reason", JSONText.quoted(frame.reason)),
        ])
    }

    private static func connection(_ id: ConnectionID) -> (String, String) {
        ("connection", String(id.rawValue))
    }

    private static func headers(_ fields: [HeaderField]) -> String {
        let pairs = fields.map {
            JSONText.object([
                ("name", JSONText.quoted($0.name)), ("value", JSONText.quoted($0.value)),
            ])
        }
        return "[" + pairs.joined(separator: ",") + "]"
    }

    private static func time(_ instant: Instant) -> String {
        JSONText.quoted(instant.rfc3339(fractionDigits: 9))
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        JSONText.quoted(bytes.hexadecimal)
    }

    /// `closeHandshake` as Protobuf has it: `CLOSE_HANDSHAKE`.
    private static func enumerator(_ name: String) -> String {
        JSONText.quoted(name.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined())
    }
}
