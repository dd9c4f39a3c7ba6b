import CaptureFormat
import Vocabulary

/// A capture as JSON: every MCAP record with its place in the file, one a line, and what it says.
struct GoldenListing {
    private var lines: [String] = []
    private var reader = CaptureReader()

    /// Reads a whole file.
    ///
    /// - Throws: ``CaptureScanner/Refusal``.
    static func json(of bytes: [UInt8], name: String) throws -> String {
        var listing = GoldenListing()
        let completion = try listing.read(bytes)
        let ending =
            switch completion {
            case .sealed: JSONText.quoted("sealed")
            case .unfinished(let torn): JSONText.object([("torn_bytes", String(torn))])
            }
        let head = [
            ("file", JSONText.quoted(name)), ("bytes", String(bytes.count)), ("ending", ending),
        ]
        .map { "  \(JSONText.quoted($0.0)): \($0.1),\n" }
        .joined()
        return
            "{\n\(head)  \"records\": [\n    \(listing.lines.joined(separator: ",\n    "))\n  ]\n}\n"
    }

    private mutating func read(_ bytes: [UInt8]) throws -> CaptureScanner.Completion {
        var scanner = CaptureScanner(fileByteCount: UInt64(bytes.count))
        var position = 0
        while true {
            switch try scanner.next(in: bytes.span.bytes, from: &position) {
            case .item(let item, let record, let offset):
                note(item, record, offset, in: bytes)
            case .end(let completion):
                return completion
            case .skip(let count):
                position += Int(count)
            case .needsMore(let count):
                preconditionFailure("\(count) bytes wanted at \(position) of \(bytes.count)")
            }
        }
    }

    private mutating func note(
        _ item: CaptureScanner.Item,
        _ record: Range<Int>,
        _ offset: UInt64,
        in bytes: [UInt8]
    ) {
        let entry = reader.read(item, at: offset, in: bytes.span.bytes)
        if case .damage(let damage) = item {
            lines.append(JSONText.object([("damage", JSONText.quoted("\(damage)"))]))
        }
        // The end of a chunk is no record.
        guard !record.isEmpty else { return }
        var body = BodyCursor(bytes[record].dropFirst(9))
        var members = [
            ("offset", String(offset)),
            ("opcode", JSONText.quoted("0x" + [bytes[record.lowerBound]].hexadecimal)),
        ]
        members += Self.fields(opcode: bytes[record.lowerBound], &body)
        if let entry { members.append(RecordListing.member(of: entry.record, in: bytes)) }
        lines.append(JSONText.object(members))
    }

    /// The fields of MCAP's own records, in their order.
    private static func fields(opcode: UInt8, _ body: inout BodyCursor) -> [(String, String)] {
        func record(_ name: String) -> (String, String) { ("record", JSONText.quoted(name)) }
        switch opcode {
        case 0x01:
            return [record("Header"), ("profile", body.string()), ("library", body.string())]
        case 0x02:
            return [
                record("Footer"), ("summary_start", body.number(8)),
                ("summary_offset_start", body.number(8)), ("summary_crc", body.checksum()),
            ]
        case 0x03:
            return [
                record("Schema"), ("id", body.number(2)), ("name", body.string()),
                ("encoding", body.string()), ("data_bytes", body.number(4)),
            ]
        case 0x04:
            return [
                record("Channel"), ("id", body.number(2)), ("schema_id", body.number(2)),
                ("topic", body.string()), ("message_encoding", body.string()),
                ("metadata", body.stringMap()),
            ]
        case 0x05:
            return [
                record("Message"), ("channel_id", body.number(2)), ("sequence", body.number(4)),
                ("log_time", body.time()), ("publish_time", body.time()),
            ]
        case 0x06:
            return [
                record("Chunk"), ("message_start_time", body.time()),
                ("message_end_time", body.time()),
                ("uncompressed_size", body.number(8)), ("uncompressed_crc", body.checksum()),
                ("compression", body.string()), ("records_bytes", body.number(8)),
            ]
        case 0x07:
            return [
                record("MessageIndex"), ("channel_id", body.number(2)),
                ("entries", body.list { [("log_time", $0.time()), ("offset", $0.number(8))] }),
            ]
        case 0x08:
            return [
                record("ChunkIndex"), ("message_start_time", body.time()),
                ("message_end_time", body.time()), ("chunk_start_offset", body.number(8)),
                ("chunk_length", body.number(8)),
                (
                    "message_index_offsets",
                    body.list { [("channel_id", $0.number(2)), ("offset", $0.number(8))] }
                ),
                ("message_index_length", body.number(8)), ("compression", body.string()),
                ("compressed_size", body.number(8)), ("uncompressed_size", body.number(8)),
            ]
        case 0x0B:
            return [
                record("Statistics"), ("message_count", body.number(8)),
                ("schema_count", body.number(2)),
                ("channel_count", body.number(4)), ("attachment_count", body.number(4)),
                ("metadata_count", body.number(4)), ("chunk_count", body.number(4)),
                ("message_start_time", body.time()), ("message_end_time", body.time()),
                (
                    "channel_message_counts",
                    body.list { [("channel_id", $0.number(2)), ("count", $0.number(8))] }
                ),
            ]
        case 0x0C:
            return [record("Metadata"), ("name", body.string()), ("metadata", body.stringMap())]
        case 0x0D:
            return [
                record("MetadataIndex"), ("metadata_offset", body.number(8)),
                ("length", body.number(8)),
                ("name", body.string()),
            ]
        case 0x0E:
            return [
                record("SummaryOffset"), ("group_opcode", body.number(1)),
                ("group_start", body.number(8)),
                ("group_length", body.number(8)),
            ]
        case 0x0F: return [record("DataEnd"), ("data_section_crc", body.checksum())]
        case 0x80: return [record("Placeholder"), ("text", body.rest())]
        case 0x81: return [record("Padding"), ("zeros", body.restCount())]
        default: return [record("unknown")]
        }
    }
}

/// Reads the fields of an MCAP record's body, each as JSON.
///
/// For files that are known to be right.
private struct BodyCursor {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    private mutating func integer(_ byteCount: Int) -> UInt64 {
        take(byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func text() -> String {
        String(decoding: take(Int(integer(4))), as: UTF8.self)
    }

    mutating func number(_ byteCount: Int) -> String { String(integer(byteCount)) }
    mutating func string() -> String { JSONText.quoted(text()) }
    mutating func rest() -> String {
        JSONText.quoted(String(decoding: take(bytes.count), as: UTF8.self))
    }
    mutating func restCount() -> String { String(bytes.count) }

    mutating func checksum() -> String {
        JSONText.quoted("0x" + take(4).reversed().hexadecimal)
    }

    mutating func time() -> String {
        JSONText.quoted(Instant(nanoseconds: integer(8)).rfc3339(fractionDigits: 9))
    }

    mutating func stringMap() -> String {
        var inner = BodyCursor(take(Int(integer(4))))
        var members: [(String, String)] = []
        while !inner.bytes.isEmpty { members.append((inner.text(), inner.string())) }
        return JSONText.object(members)
    }

    mutating func list(_ element: (inout BodyCursor) -> [(String, String)]) -> String {
        var inner = BodyCursor(take(Int(integer(4))))
        var elements: [String] = []
        while !inner.bytes.isEmpty { elements.append(JSONText.object(element(&inner))) }
        return "[" + elements.joined(separator: ",") + "]"
    }
}
