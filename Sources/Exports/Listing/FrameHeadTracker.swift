internal import CaptureFormat
internal import WebSocketWire

/// Knows the head of the frame that is arriving in one flow, so that each part can be read by itself.
struct FrameHeadTracker {
    /// A part of a frame as its head lets it be read.
    struct Part {
        /// The frame's head; `nil` until all of it has arrived.
        var header: FrameHeader?
        /// The part's payload, unmasked; as on the wire while the head is not known.
        var payload: [UInt8]

        /// The payload, when it is well-formed UTF-8 and not compressed; the record's `text`.
        var text: String? {
            guard let header, !header.isCompressed, !payload.isEmpty else { return nil }
            return payload.wellFormedText
        }
    }

    private var frame: UInt64 = 0
    private var head: [UInt8] = []
    private var header: FrameHeader?
    private var payloadByteCount: UInt64 = 0

    /// Takes the next part.
    mutating func take(_ record: FrameRecord, bytes: RawSpan) -> Part {
        if record.frame != frame || record.part == 0 {
            self = FrameHeadTracker()
            frame = record.frame
        }
        if header == nil {
            head += bytes.extracting(record.header).copied
            do throws(WireError) {
                // Safety: bytes have no padding, so all of the span's memory is initialised.
                header = try FrameHeader(unsafe head.span.bytes)
            } catch {
                header = nil
            }
        }
        var payload = bytes.extracting(record.payload).copied
        if let key = header?.maskKey {
            Masking.apply(
                key: key,
                to: &payload,
                range: 0..<payload.count,
                offset: payloadByteCount
            )
        }
        payloadByteCount += UInt64(payload.count)
        return Part(header: header, payload: payload)
    }
}

extension [UInt8] {
    /// The bytes as text; `nil` when they are not well-formed UTF-8.
    var wellFormedText: String? {
        var validator = UTF8Validator()
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        validator.take(unsafe span.bytes)
        guard validator.isValid, validator.isBetweenCharacters else { return nil }
        return String(decoding: self, as: UTF8.self)
    }
}
