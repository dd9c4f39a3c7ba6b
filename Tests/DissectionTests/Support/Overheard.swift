import CaptureFormat
import Dissection
import Exports
import Reassembly
import TestKit
import Vocabulary
import WebSocketWire

/// What is made of the segments of some connections, in lines.
struct Overheard {
    /// Frames as a listing shows them, without the time.
    private(set) var frames: [String] = []
    /// The other records, in short.
    private(set) var records: [String] = []
    /// What is said of the packets at the end.
    private(set) var notes: [String] = []
    private(set) var figures = DissectionNotes()

    init(_ passed: [Wire.Passed], options: DissectionOptions = DissectionOptions()) {
        var table = StreamTable()
        var dissection = Dissection(options: options)
        var encoder = CaptureEncoder(
            run: RunDescription(runID: "test", proxy: "test", library: "test", started: .epoch)
        )
        let end = passed.last?.time ?? .epoch
        for item in passed {
            table.take(item.segment, bytes: item.bytes.span.bytes, at: item.time) {
                dissection.take($0, $1, at: $2, bytes: $3, capture: &encoder)
            }
        }
        table.finish(at: end) { dissection.take($0, $1, at: $2, bytes: $3, capture: &encoder) }
        dissection.finish(
            packets: PacketDecoder.Tally(),
            streams: table.tally,
            at: end,
            capture: &encoder
        )
        figures = dissection.notes
        var listing = FrameListing(filter: FrameFilter())
        encoder.forEachPending { entry, bytes in
            frames += listing.take(entry, bytes: bytes).map(Self.line)
            note(entry.record)
        }
        frames += listing.finish().map(Self.line)
    }

    private static func line(_ frame: FrameLine) -> String {
        String(frame.line(width: .max).dropFirst("12:00:00.000  ".count))
    }

    private mutating func note(_ record: CaptureRecord) {
        switch record {
        case .opened(let record):
            records.append("\(record.connection) \(record.leg) \(record.local) \(record.remote)")
        case .handshake(let record):
            records.append("\(record.connection) \(record.status) \(record.target)")
        case .gap(let gap):
            let flow = gap.runs.map { "\($0.connection)\($0.direction.arrow)\($0.first)" }
            records.append("\(flow.joined()) \(gap.streamByteCount) bytes missing")
        case .bytes(let record) where record.kind == .unframed || record.kind == .opaque:
            records.append(
                "\(record.connection)\(record.direction.arrow) \(record.data.count) \(record.kind)"
            )
        case .closed(let record):
            records.append("\(record.connection) \(record.cause) by \(record.origin)")
        case .resumed(let record): records.append("\(record.connection) resumed")
        case .notice(let notice): notes.append(notice.text)
        default: return
        }
    }
}

extension Wire {
    /// An upgrade request with this key.
    static func request(_ key: String = "dGhlIHNhbXBsZSBub25jZQ==", path: String = "/ws") -> [UInt8]
    {
        Array(
            """
            GET \(path) HTTP/1.1\r
            Host: dashboard:8000\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(key)\r
            Sec-WebSocket-Version: 13\r
            \r

            """.utf8
        )
    }

    /// An answer that accepts it.
    static func accept(
        _ accept: String = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        extensions: String = ""
    ) -> [UInt8] {
        let line = extensions.isEmpty ? "" : "Sec-WebSocket-Extensions: \(extensions)\r\n"
        return Array(
            """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: \(accept)\r
            \(line)\r

            """.utf8
        )
    }

    /// A wire with a finished upgrade.
    static func upgraded(extensions: String = "") -> Wire {
        var wire = Wire()
        wire.connect()
        wire.send(.first, request())
        wire.send(.second, accept(extensions: extensions))
        return wire
    }

    /// A text frame as the given side sends it.
    static func text(_ side: Side, _ text: String, isFinal: Bool = true) -> [UInt8] {
        FrameBytes.frame(
            .text,
            Array(text.utf8),
            isFinal: isFinal,
            maskKey: side == .first ? 0x37FA_213D : nil
        )
    }

    mutating func sendText(_ side: Side, _ text: String) { send(side, Self.text(side, text)) }
}
