internal import CaptureFormat
internal import Telemetry
internal import Vocabulary
internal import WebSocketWire

extension FlowRecorder {
    /// Stages records for frames, secrets overwritten.
    ///
    /// It works on copies: what is forwarded is the buffer that came.
    @inline(never)
    mutating func recordRedactedFrames(
        _ bytes: RawSpan,
        from position: inout Int,
        isReread: Bool = false,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        do throws(WireError) {
            while let part = try frames.next(in: bytes, from: &position) {
                guard let redacted = redactor?.redact(part, in: bytes) else { return }
                let record = FrameRecord(
                    connection: context.connection,
                    direction: direction,
                    frame: part.frame,
                    part: part.part,
                    isLast: part.isLast,
                    offset: receivedByteCount,
                    isReread: isReread,
                    header: redacted.header,
                    payload: redacted.payload,
                    blanked: redacted.blanked
                )
                // Safety: bytes have no padding, so all of the span's memory is initialised.
                let copy = unsafe redacted.bytes.span.bytes
                capture.append(record, bytes: copy, arrival: context.now)
                receivedByteCount += ByteOffset(part.bytes.count)
                tally.count(payloadByteCount: part.payload.count)
                if let head = part.head, !part.header.isEmpty {
                    tally.count(firstByte: head.firstByte, payloadLength: head.payloadLength)
                }
                if let head = part.head, head.opcode == .close, close == nil {
                    // The record of the end repeats the reason, so it must come from the copy.
                    var recorded = part
                    recorded.header = redacted.header
                    recorded.payload = redacted.payload
                    close = closePayload.take(recorded, in: copy)
                }
            }
        } catch {
            // Forward what is not understood: from here on the stream cannot be framed.
            mode = .opaque
        }
    }
}
