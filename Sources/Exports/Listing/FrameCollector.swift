internal import CaptureFormat
internal import Crypto
internal import Vocabulary
internal import WebSocketWire

/// Puts the parts of one flow's frames together, holding no more than the beginning of a payload.
struct FrameCollector {
    private var open: CollectedFrame?
    /// Of a payload that is longer than what is held.
    private var hash: SHA256?
    private var scratch: [UInt8] = []
    private let payloadByteCountMax: Int
    /// Bytes of the open frame are missing.
    private var hasHole = false

    /// Bytes of payload that are kept to search and show.
    static let previewByteCountMax = 1 << 20

    /// Creates a collector.
    ///
    /// - Parameter payloadByteCountMax: Bytes of payload to keep of a frame.
    init(payloadByteCountMax: Int = Self.previewByteCountMax) {
        self.payloadByteCountMax = payloadByteCountMax
    }

    /// Takes a part.
    ///
    /// - Returns: The frame, when the part is its last; before it, one whose end is missing.
    mutating func take(
        _ record: FrameRecord,
        at time: Instant,
        bytes: RawSpan
    ) -> [CollectedFrame] {
        var ended: [CollectedFrame] = []
        if open?.line.frame != record.frame {
            if let cut = finish() { ended.append(cut) }
            begin(record, at: time)
        } else if let open, record.offset != open.end {
            hasHole = true
        }
        let byteCount = record.header.count + record.payload.count
        open?.line.partCount += 1
        open?.ended = time
        if let count = open?.parts.count, count < CollectedFrame.partsHeldMax {
            open?.parts.append(CollectedFrame.Part(time: time, byteCount: byteCount))
        }
        if !record.header.isEmpty {
            open?.head.append(contentsOf: bytes.extracting(record.header).copied)
        }
        if open?.line.header == nil {
            let header = header()
            open?.line.header = header
        }
        for run in record.blanked { open?.line.redactedByteCount += UInt64(run.range.count) }
        add(bytes.extracting(record.payload), at: record.offset &+ UInt64(record.header.count))
        guard record.isLast else { return ended }
        open?.line.isComplete = !hasHole
        if let whole = finish() { ended.append(whole) }
        return ended
    }

    /// Reads a frame that came in one part, when none is open and its payload is not too long to be kept.
    ///
    /// - Returns: `nil` when it must be taken part by part.
    func whole(_ record: FrameRecord, at time: Instant, bytes: RawSpan) -> FrameLine? {
        guard open == nil, record.part == 0, record.isLast,
            record.payload.count <= payloadByteCountMax, record.blanked.isEmpty,
            let header = Self.header(bytes.extracting(record.header)),
            header.payloadLength == UInt64(record.payload.count)
        else { return nil }
        var line = FrameLine(
            time: time,
            connection: record.connection,
            direction: record.direction,
            frame: record.frame,
            header: header,
            length: header.payloadLength,
            offset: record.offset,
            isComplete: true
        )
        line.partCount = 1
        line.payload = bytes.extracting(record.payload).copied
        if let key = header.maskKey {
            Masking.apply(key: key, to: &line.payload, range: 0..<line.payload.count, offset: 0)
        }
        return line
    }

    private static func header(_ bytes: RawSpan) -> FrameHeader? {
        do throws(WireError) {
            return try FrameHeader(bytes)
        } catch {
            return nil
        }
    }

    /// Ends the flow: a frame that was open comes out as cut.
    mutating func finish() -> CollectedFrame? {
        guard var ended = open.take() else { return nil }
        ended.line.longSHA256 = hash?.finalize().hexadecimal
        hash = nil
        return ended
    }

    private mutating func begin(_ record: FrameRecord, at time: Instant) {
        hash = nil
        hasHole = record.part > 0
        open = CollectedFrame(
            line: FrameLine(
                time: time,
                connection: record.connection,
                direction: record.direction,
                frame: record.frame,
                length: 0,
                offset: record.offset,
                isComplete: false
            ),
            ended: time,
            isReread: record.isReread
        )
    }

    private func header() -> FrameHeader? {
        guard let open else { return nil }
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        return Self.header(unsafe open.head.span.bytes)
    }

    private mutating func add(_ payload: RawSpan, at offset: ByteOffset) {
        guard payload.byteCount > 0, let line = open?.line else { return }
        let start = line.offset &+ UInt64(line.header?.byteCount ?? 0)
        scratch.removeAll(keepingCapacity: true)
        // Safety: the buffer is copied from before the closure returns.
        unsafe payload.withUnsafeBytes { unsafe scratch.append(contentsOf: $0) }
        if let key = line.header?.maskKey {
            Masking.apply(key: key, to: &scratch, range: 0..<scratch.count, offset: offset &- start)
        }
        open?.line.length += UInt64(scratch.count)
        let room = payloadByteCountMax - (open?.line.payload.count ?? 0)
        if hash == nil, scratch.count > room {
            hash = SHA256()
            hash?.update(data: open?.line.payload ?? [])
        }
        hash?.update(data: scratch)
        if room > 0 { open?.line.payload.append(contentsOf: scratch.prefix(room)) }
    }
}
