internal import CaptureFormat
internal import Telemetry
internal import Vocabulary
internal import WebSocketWire

extension FlowRecorder {
    /// Stages records for the bytes of a buffer, from `position` on.
    ///
    /// - Returns: The HTTP head that ends at `position`, when there is one: what follows it depends
    ///   on what it
    ///   says. `nil` when the buffer is used up.
    mutating func record(
        _ bytes: RawSpan,
        from position: inout Int,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) -> HTTPHead? {
        while position < bytes.byteCount {
            switch mode {
            case .frames where redactor != nil:
                recordRedactedFrames(bytes, from: &position, context: context, capture: &capture)
            case .frames:
                recordFrames(bytes, from: &position, context: context, capture: &capture)
            case .http:
                if let head = recordHTTP(
                    bytes,
                    from: &position,
                    context: context,
                    capture: &capture
                ) {
                    return head
                }
            case .early:
                keepEarly(bytes, from: position)
                recordRest(bytes, as: .early, from: &position, context: context, capture: &capture)
            case .unframed:
                recordRest(
                    bytes,
                    as: .unframed,
                    from: &position,
                    context: context,
                    capture: &capture
                )
            case .opaque:
                recordRest(bytes, as: .opaque, from: &position, context: context, capture: &capture)
            }
        }
        return nil
    }

    /// Names the frames in the bytes that came before the answer to the upgrade.
    ///
    /// Their bytes stand in the capture as `early` already; the frames refer to the same offsets.
    mutating func rereadEarlyBytes(context: RecordingContext, capture: inout CaptureEncoder) {
        let end = receivedByteCount
        receivedByteCount -= ByteOffset(earlyByteCount)
        var early: [[UInt8]] = []
        swap(&early, &earlyBytes)
        for run in early {
            var position = 0
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            let bytes = unsafe run.span.bytes
            if redactor != nil {
                recordRedactedFrames(
                    bytes,
                    from: &position,
                    isReread: true,
                    context: context,
                    capture: &capture
                )
            } else {
                recordFrames(
                    bytes,
                    from: &position,
                    isReread: true,
                    context: context,
                    capture: &capture
                )
            }
        }
        precondition(receivedByteCount <= end, "re-read \(receivedByteCount) of \(end) bytes")
        receivedByteCount = end
    }

    @inline(__always)
    private mutating func recordFrames(
        _ bytes: RawSpan,
        from position: inout Int,
        isReread: Bool = false,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        do throws(WireError) {
            while let part = try frames.next(in: bytes, from: &position) {
                let record = FrameRecord(
                    connection: context.connection,
                    direction: direction,
                    frame: part.frame,
                    part: part.part,
                    isLast: part.isLast,
                    offset: receivedByteCount,
                    isReread: isReread,
                    header: part.header,
                    payload: part.payload
                )
                capture.append(record, bytes: bytes, arrival: context.now)
                receivedByteCount += ByteOffset(part.bytes.count)
                tally.count(payloadByteCount: part.payload.count)
                guard let head = part.head else { continue }
                // All parts behind a head know it: the one in which it ends counts the frame.
                if !part.header.isEmpty {
                    tally.count(firstByte: head.firstByte, payloadLength: head.payloadLength)
                }
                if !head.opcode.isControl { isInsideMessage = !head.isFinal }
                if head.opcode == .close, close == nil {
                    close = closePayload.take(part, in: bytes)
                }
            }
        } catch {
            // Forward what is not understood: from here on the stream cannot be framed.
            mode = .opaque
        }
    }

    private mutating func recordHTTP(
        _ bytes: RawSpan,
        from position: inout Int,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) -> HTTPHead? {
        do throws(WireError) {
            while let part = try http.next(in: bytes, from: &position) {
                record(part, of: bytes, context: context, capture: &capture)
                if let head = part.head { return head }
            }
        } catch {
            mode = .opaque
        }
        return nil
    }

    private mutating func record(
        _ part: HTTPScanner.Part,
        of bytes: RawSpan,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        var record = BytesRecord(
            connection: context.connection,
            direction: direction,
            offset: receivedByteCount,
            kind: part.kind == .head ? .head : .body,
            data: part.range
        )
        receivedByteCount += ByteOffset(part.range.count)
        guard !part.secrets.isEmpty, !context.keepsSecrets else {
            capture.append(.bytes(record), bytes: bytes, arrival: context.now)
            return
        }
        // Safety: the bytes are copied before the closure returns.
        var blanked = unsafe bytes.extracting(part.range).withUnsafeBytes { unsafe Array($0) }
        record.data = 0..<blanked.count
        for secret in part.secrets {
            let run =
                secret.lowerBound - part.range.lowerBound..<secret.upperBound
                - part.range.lowerBound
            for index in run { blanked[index] = UInt8(ascii: "*") }
            record.blanked.append(run)
        }
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        let copy = unsafe blanked.span.bytes
        capture.append(.bytes(record), bytes: copy, arrival: context.now)
    }

    private mutating func recordRest(
        _ bytes: RawSpan,
        as kind: BytesRecord.Kind,
        from position: inout Int,
        context: RecordingContext,
        capture: inout CaptureEncoder
    ) {
        var record = BytesRecord(
            connection: context.connection,
            direction: direction,
            offset: receivedByteCount,
            kind: kind,
            data: position..<bytes.byteCount
        )
        if redactor == nil {
            capture.append(.bytes(record), bytes: bytes, arrival: context.now)
        } else {
            // Payloads may stand in what is not understood, or not yet, and values cannot be told.
            record.data = 0..<record.data.count
            record.blanked = [record.data]
            let asterisks = [UInt8](repeating: UInt8(ascii: "*"), count: record.data.count)
            // Safety: bytes have no padding, so all of the span's memory is initialised.
            let copy = unsafe asterisks.span.bytes
            capture.append(.bytes(record), bytes: copy, arrival: context.now)
        }
        receivedByteCount += ByteOffset(bytes.byteCount - position)
        position = bytes.byteCount
    }

    private mutating func keepEarly(_ bytes: RawSpan, from position: Int) {
        let run = bytes.extracting(position...)
        earlyByteCount += run.byteCount
        guard earlyByteCount <= ConnectionRecorder.earlyByteCountMax else {
            // Too much to name later: the stream stays unread, and says so by being opaque.
            earlyBytes = []
            mode = .opaque
            return
        }
        // Safety: the bytes are copied before the closure returns.
        earlyBytes.append(unsafe run.withUnsafeBytes { unsafe Array($0) })
    }
}

/// What recording needs to know besides the bytes.
struct RecordingContext {
    var connection: ConnectionID
    var now: Instant
    var keepsSecrets: Bool
}
