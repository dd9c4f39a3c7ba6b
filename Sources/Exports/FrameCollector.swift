internal import CaptureFormat
internal import Crypto
internal import Vocabulary
internal import WebSocketWire

/// Puts the parts of one flow's frames together into ``FrameLine``s, holding no more than a
/// preview.
struct FrameCollector {
    private struct Open {
        var line: FrameLine
        var headBytes: [UInt8] = []
        var hash = SHA256()
        var preview: [UInt8] = []
    }

    private var open: Open?
    private var scratch: [UInt8] = []

    /// Bytes of payload that are kept to search and show.
    static let previewByteCountMax = 1 << 20

    /// Takes a part; answers the frame when the part is its last.
    mutating func take(_ record: FrameRecord, at time: Instant, bytes: RawSpan) -> FrameLine? {
        if open?.line.frame != record.frame {
            open = Open(
                line: FrameLine(
                    time: time,
                    connection: record.connection,
                    direction: record.direction,
                    frame: record.frame,
                    length: 0,
                    offset: record.offset,
                    isComplete: false,
                    sha256: ""
                )
            )
        }
        open?.headBytes.append(contentsOf: Self.copy(bytes, record.header))
        if open?.line.header == nil {
            let header = header()
            open?.line.header = header
        }
        for run in record.blanked { open?.line.redactedByteCount += UInt64(run.range.count) }
        add(Self.copy(bytes, record.payload))
        guard record.isLast else { return nil }
        open?.line.isComplete = true
        return finish()
    }

    /// Ends the flow: a frame that was open comes out as cut.
    mutating func finish() -> FrameLine? {
        guard var ended = open.take() else { return nil }
        ended.line.sha256 = ended.hash.finalize().hexadecimal
        if let header = ended.line.header, header.opcode == .text, !header.isCompressed {
            ended.line.text = String(decoding: ended.preview, as: UTF8.self)
        }
        return ended.line
    }

    private func header() -> FrameHeader? {
        guard let open else { return nil }
        do throws(WireError) {
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            return try FrameHeader(unsafe open.headBytes.span.bytes)
        } catch {
            return nil
        }
    }

    private mutating func add(_ payload: [UInt8]) {
        guard !payload.isEmpty, var current = open else { return }
        open = nil
        scratch = payload
        if let key = current.line.header?.maskKey {
            Masking.apply(
                key: key,
                to: &scratch,
                range: 0..<scratch.count,
                offset: current.line.length
            )
        }
        current.hash.update(data: scratch)
        current.line.length += UInt64(payload.count)
        let room = Self.previewByteCountMax - current.preview.count
        current.preview.append(contentsOf: scratch.prefix(max(0, room)))
        open = current
    }

    private static func copy(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        // Safety: the pointer is used while the span is alive.
        unsafe bytes.extracting(range).withUnsafeBytes { unsafe Array($0) }
    }
}
