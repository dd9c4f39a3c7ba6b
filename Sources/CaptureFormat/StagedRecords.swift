internal import Vocabulary

/// Records that an encoder has staged, to be looked at elsewhere.
public struct StagedBatch: Sendable {
    var bytes: [UInt8] = []

    /// Hands out each record, as a reader of the file would get it.
    public func visit<Failure: Error>(
        _ body: (CaptureEntry, RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        let records = unsafe bytes.span.bytes
        try StagedRecords.forEach(in: records) { entry throws(Failure) in
            try body(entry, records)
        }
    }
}

/// Reads the records that an encoder has staged.
enum StagedRecords {
    /// Hands out each record of `records`, in order; its ranges index them.
    static func forEach<Failure: Error>(
        in records: RawSpan,
        _ body: (CaptureEntry) throws(Failure) -> Void
    ) throws(Failure) {
        var reader = ByteReader(0..<records.byteCount)
        while !reader.rest.isEmpty {
            try body(next(in: records, &reader))
        }
    }

    private static func next(in records: RawSpan, _ reader: inout ByteReader) -> CaptureEntry {
        do throws(CaptureFormatError) {
            _ = try reader.integer(UInt8.self, "opcode", in: records)
            let length = try reader.integer(UInt64.self, "length", in: records)
            let message = try reader.run(byteCount: length, "record")
            return try entry(message, in: records)
        } catch {
            preconditionFailure("a staged record cannot be read: \(error)")
        }
    }

    private static func entry(
        _ message: Range<Int>,
        in records: RawSpan
    ) throws(CaptureFormatError) -> CaptureEntry {
        var reader = ByteReader(message)
        let channel = try reader.integer(UInt16.self, "channel", in: records)
        _ = try reader.integer(UInt32.self, "sequence", in: records)
        let time = try reader.integer(UInt64.self, "log_time", in: records)
        let arrival = try reader.integer(UInt64.self, "publish_time", in: records)
        let direction = Direction.allCases.first { CaptureChannel.id(carrying: $0) == channel }
        return CaptureEntry(
            time: Instant(nanoseconds: time),
            arrival: Instant(nanoseconds: arrival),
            record: try CaptureRecord(decoding: reader.rest, in: records, direction: direction)
        )
    }
}
