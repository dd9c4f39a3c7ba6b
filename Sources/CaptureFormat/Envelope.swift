internal import Vocabulary

/// The two message types of a capture's channels.
///
/// An MCAP channel has one schema, and a direction's channel carries frames, other bytes and
/// outcomes; so
/// each record travels as the one set field of `Stream` or `Event`. Fields that a reader does not
/// know are
/// kinds of records that it does not know, and are skipped.
public enum Envelope: UInt8, Sendable, CaseIterable {
    /// `wscap.v1.Stream`: what passed in one direction.
    case stream = 1
    /// `wscap.v1.Event`: what happened to connections and to the recording.
    case event = 2

    /// The MCAP schema's name.
    public var schemaName: String {
        "\(DescriptorSet.package).\(self == .stream ? "Stream" : "Event")"
    }

    // message Stream { oneof record { Frame frame = 1;  Bytes bytes = 2;  Outcome outcome = 3;
    //   Held held = 4;  Rewrite rewrite = 5; } }
    static let streamSchema = MessageSchema(
        "Stream",
        [
            .init(1, "frame", .message("Frame")), .init(2, "bytes", .message("Bytes")),
            .init(3, "outcome", .message("Outcome")), .init(4, "held", .message("Held")),
            .init(5, "rewrite", .message("Rewrite")),
        ],
        oneof: "record"
    )

    // message Event { oneof record { Opened opened = 1;  Handshake handshake = 2;  Progress
    // progress = 3;
    //   Closed closed = 4;  FaultChange fault_change = 5;  Mark mark = 6;  Gap gap = 7;
    //   Resumed resumed = 8;  Notice notice = 9;  Secured secured = 10; } }
    static let eventSchema = MessageSchema(
        "Event",
        [
            .init(1, "opened", .message("Opened")), .init(2, "handshake", .message("Handshake")),
            .init(3, "progress", .message("Progress")), .init(4, "closed", .message("Closed")),
            .init(5, "fault_change", .message("FaultChange")),
            .init(6, "mark", .message("Mark")), .init(7, "gap", .message("Gap")),
            .init(8, "resumed", .message("Resumed")), .init(9, "notice", .message("Notice")),
            .init(10, "secured", .message("Secured")),
        ],
        oneof: "record"
    )
}

extension CaptureRecord {
    /// Reads the record that a message's data holds.
    ///
    /// - Parameters:
    ///   - range: The message's data within `bytes`.
    ///   - bytes: The span that holds the message.
    ///   - direction: The direction of the message's channel; `nil` for the channel of events.
    /// - Throws: ``CaptureFormatError``, when the data is not what the channel's schema says.
    init(
        decoding range: Range<Int>,
        in bytes: RawSpan,
        direction: Direction?
    ) throws(CaptureFormatError) {
        var reader = ProtobufReader(range)
        guard let (field, value) = try reader.next(in: bytes), case .bytes(let body) = value else {
            throw .invalidValue(field: "record")
        }
        do throws(CaptureFormatError) {
            if let direction {
                self = try Self.stream(field, body, in: bytes, direction: direction)
            } else {
                self = try Self.event(field, body, in: bytes)
            }
        } catch .unknownEnumerator(let name) {
            // A later version has one more: not ours to read, and no damage.
            self = .unknown(schema: name)
        }
    }

    private static func stream(
        _ field: UInt64,
        _ body: Range<Int>,
        in bytes: RawSpan,
        direction: Direction
    ) throws(CaptureFormatError) -> CaptureRecord {
        switch field {
        case 1: .frame(try FrameRecord(decoding: body, in: bytes, direction: direction))
        case 2: .bytes(try BytesRecord(decoding: body, in: bytes, direction: direction))
        case 3: .outcome(try OutcomeRecord(decoding: body, in: bytes, direction: direction))
        case 4: .held(try HeldRecord(decoding: body, in: bytes, direction: direction))
        case 5: .rewrite(try RewriteRecord(decoding: body, in: bytes, direction: direction))
        default: .unknown(schema: "\(Envelope.stream.schemaName) field \(field)")
        }
    }

    private static func event(
        _ field: UInt64,
        _ body: Range<Int>,
        in bytes: RawSpan
    ) throws(CaptureFormatError) -> CaptureRecord {
        switch field {
        case 1: .opened(try OpenedRecord(decoding: body, in: bytes))
        case 2: .handshake(try HandshakeRecord(decoding: body, in: bytes))
        case 3: .progress(try ProgressRecord(decoding: body, in: bytes))
        case 4: .closed(try ClosedRecord(decoding: body, in: bytes))
        case 5: .faultChange(try FaultChangeRecord(decoding: body, in: bytes))
        case 6: .mark(try MarkRecord(decoding: body, in: bytes))
        case 7: .gap(try GapRecord(decoding: body, in: bytes))
        case 8: .resumed(try ResumedRecord(decoding: body, in: bytes))
        case 9: .notice(try NoticeRecord(decoding: body, in: bytes))
        case 10: .secured(try SecuredRecord(decoding: body, in: bytes))
        default: .unknown(schema: "\(Envelope.event.schemaName) field \(field)")
        }
    }

    /// The alternative of the envelope that holds this record.
    var envelopeField: UInt64 {
        switch self {
        case .frame: 1
        case .bytes: 2
        case .outcome: 3
        case .held: 4
        case .rewrite: 5
        case .opened: 1
        case .handshake: 2
        case .progress: 3
        case .closed: 4
        case .faultChange: 5
        case .mark: 6
        case .gap: 7
        case .resumed: 8
        case .notice: 9
        case .secured: 10
        case .unknown: preconditionFailure("a record of unknown kind is never written")
        }
    }

    /// The direction whose channel carries this record; `nil` for the channel of events.
    var channelDirection: Direction? {
        switch self {
        case .frame(let record): record.direction
        case .bytes(let record): record.direction
        case .outcome(let record): record.direction
        case .held(let record): record.direction
        case .rewrite(let record): record.direction
        default: nil
        }
    }

    func encodeBody(into out: inout ByteWriter, bytes: RawSpan) {
        switch self {
        case .frame(let record): record.encode(into: &out, bytes: bytes)
        case .bytes(let record): record.encode(into: &out, bytes: bytes)
        case .outcome(let record): record.encode(into: &out)
        case .held(let record): record.encode(into: &out)
        case .rewrite(let record): record.encode(into: &out)
        case .opened(let record): record.encode(into: &out)
        case .handshake(let record): record.encode(into: &out)
        case .progress(let record): record.encode(into: &out)
        case .closed(let record): record.encode(into: &out)
        case .faultChange(let record): record.encode(into: &out)
        case .mark(let record): record.encode(into: &out)
        case .gap(let record): record.encode(into: &out)
        case .resumed(let record): record.encode(into: &out)
        case .notice(let record): record.encode(into: &out)
        case .secured(let record): record.encode(into: &out)
        case .unknown: preconditionFailure("a record of unknown kind is never written")
        }
    }
}
