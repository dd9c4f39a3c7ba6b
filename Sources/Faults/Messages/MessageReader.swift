internal import Vocabulary
internal import WebSocketWire

internal import struct NIOCore.ByteBuffer

/// Cuts a direction's bytes into messages that are held whole, and runs that go on as they come.
///
/// Which messages are held is asked when one begins; control frames between its fragments belong to it.
struct MessageReader: ~Copyable {
    /// What is to be done with a message that begins.
    enum Handling {
        /// It goes on as it comes.
        case streamed
        /// It is held until it is whole; one that is too large goes on as it comes.
        case held
        /// It has to be held: its receiver cannot read it as it comes.
        case heldAlways
    }

    /// What comes out.
    enum Output {
        case piece(Piece)
        /// A message is too large to be held.
        case tooLarge(at: ByteOffset, isFatal: Bool)
    }

    private enum Target {
        case run
        case message
        case control
    }

    /// Bytes of a message that is held; a larger one goes on as it comes.
    private let messageByteCountMax: Int
    private let compression: Inflating?
    private let hasOtherExtensions: Bool
    private var scanner: FrameScanner
    private var offset: ByteOffset
    private var isFramed = true

    /// Bytes of a head that is not whole yet.
    private var head = ByteBuffer()
    private var headArrival = Instant.epoch
    private var target = Target.run
    /// A data message passes as it comes, and is not over.
    private var isStreaming: Bool
    /// The data message that is being streamed or held is compressed.
    private var isCompressed = false
    private var isFatal = false
    private var frameOffset: UInt64 = 0
    private var message: Message?
    private var messageFrameStart = 0
    private var control: Message?
    private var inflated: [UInt8]?
    /// The run that is being gathered within a buffer.
    private var runStart: Int?

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - start: Where the direction stands.
    ///   - compression: Reads its compressed messages; `nil` when none were agreed on.
    ///   - messageByteCountMax: Bytes of a message that is held.
    init(_ start: consuming FrameStart, compression: Inflating?, messageByteCountMax: Int) {
        self.compression = compression
        self.messageByteCountMax = messageByteCountMax
        hasOtherExtensions = start.hasOtherExtensions
        offset = start.offset
        isStreaming = start.isInsideMessage
        isMidHead = !start.scanner.isBetweenFrames
        scanner = start.takeScanner()
    }

    /// The frame that came before the first byte here is not over, and goes on as it came.
    private var isMidHead: Bool

    /// Bytes that came and have not gone on.
    var heldByteCount: Int {
        head.readableBytes + (message?.byteCount ?? 0) + (control?.byteCount ?? 0)
    }

    /// When the bytes came that are held.
    var heldSince: Instant? { message?.arrival ?? control?.arrival }

    /// Whether the bytes stand between two messages.
    var isBetweenMessages: Bool {
        isFramed && !isStreaming && message == nil && control == nil && head.readableBytes == 0
            && scanner.isBetweenFrames
    }

    // MARK: Reading

    /// Reads a buffer.
    ///
    /// - Parameters:
    ///   - buffer: What came.
    ///   - now: When.
    ///   - handling: Says what to do with a message that begins, by its opcode and compression.
    ///   - sink: Takes what comes out, in order.
    mutating func read(
        _ buffer: ByteBuffer,
        at now: Instant,
        handling: (Opcode, _ isCompressed: Bool) -> Handling,
        sink: (Output) -> Void
    ) {
        let span = buffer.readableBytesSpan
        let start = offset
        var position = 0
        runStart = nil
        while isFramed, position < span.byteCount {
            let before = position
            do throws(WireError) {
                guard let part = try scanner.next(in: span, from: &position) else { break }
                take(part, of: buffer, start: start, at: now, handling: handling, sink: sink)
            } catch {
                // What cannot be framed goes on as it came, to the end of the stream.
                giveUp(at: before, of: buffer, start: start, now: now, sink: sink)
                position = before
            }
        }
        if !isFramed { runStart = runStart ?? position }
        endRun(at: span.byteCount, of: buffer, start: start, at: now, sink: sink)
        offset = start + ByteOffset(span.byteCount)
    }

    private mutating func take(
        _ part: FrameScanner.Part,
        of buffer: ByteBuffer,
        start: ByteOffset,
        at now: Instant,
        handling: (Opcode, Bool) -> Handling,
        sink: (Output) -> Void
    ) {
        if !part.header.isEmpty, !isMidHead {
            guard let header = part.head else {
                endRun(at: part.header.lowerBound, of: buffer, start: start, at: now, sink: sink)
                if head.readableBytes == 0 { headArrival = now }
                head.writeImmutable(buffer, part.bytes)
                return
            }
            begin(header, part, of: buffer, start: start, at: now, handling: handling, sink: sink)
        }
        guard let header = part.head else {
            // A head that had begun before: it goes on as it came.
            gather(part.bytes)
            return
        }
        append(part, header: header, of: buffer, start: start, at: now, sink: sink)
        frameOffset += UInt64(part.payload.count)
        guard part.isLast else { return }
        isMidHead = false
        end(header, at: part.payload.upperBound, of: buffer, start: start, now: now, sink: sink)
    }

    /// A frame begins.
    private mutating func begin(
        _ header: FrameHeader,
        _ part: FrameScanner.Part,
        of buffer: ByteBuffer,
        start: ByteOffset,
        at now: Instant,
        handling: (Opcode, Bool) -> Handling,
        sink: (Output) -> Void
    ) {
        frameOffset = 0
        let opcode = header.opcode
        if opcode.isControl {
            beginControl(header, part, start: start, at: now, handling: handling)
        } else if message != nil {
            // RFC 6455 §5.4: another message cannot begin here; what tries to is no message of ours.
            target = .message
            messageFrameStart = message?.byteCount ?? 0
        } else if isStreaming {
            target = .run
        } else {
            beginData(header, part, start: start, at: now, handling: handling)
        }
        if target == .run {
            if head.readableBytes > 0 {
                // A run of its own, because the bytes are another buffer's.
                let place = start + ByteOffset(part.header.lowerBound)
                let bytes = head
                head = ByteBuffer()
                let range = place - ByteOffset(bytes.readableBytes)..<place
                sink(
                    .piece(
                        .run(
                            Run(
                                range: range,
                                arrival: headArrival,
                                bytes: bytes,
                                endsBetweenMessages: false
                            )
                        )
                    )
                )
            }
        } else {
            endRun(at: part.header.lowerBound, of: buffer, start: start, at: now, sink: sink)
        }
    }

    private mutating func beginControl(
        _ header: FrameHeader,
        _ part: FrameScanner.Part,
        start: ByteOffset,
        at now: Instant,
        handling: (Opcode, Bool) -> Handling
    ) {
        if message != nil {
            target = .message
            messageFrameStart = message?.byteCount ?? 0
            return
        }
        guard !isStreaming, handling(header.opcode, false) != .streamed else {
            target = .run
            return
        }
        target = .control
        control = fresh(header.opcode, part, start: start, at: now)
        messageFrameStart = 0
    }

    private mutating func beginData(
        _ header: FrameHeader,
        _ part: FrameScanner.Part,
        start: ByteOffset,
        at now: Instant,
        handling: (Opcode, Bool) -> Handling
    ) {
        isCompressed = header.isCompressed && compression != nil
        let handling = handling(header.opcode, isCompressed)
        isFatal = handling == .heldAlways
        guard handling != .streamed else {
            target = .run
            isStreaming = true
            inflated = nil
            return
        }
        target = .message
        messageFrameStart = 0
        var fresh = fresh(header.opcode, part, start: start, at: now)
        fresh.isCompressed = isCompressed
        // A reserved bit that nobody has explained: an extension keeps account of its messages.
        let unknownBits = header.reservedBits & (isCompressed ? 3 : 7)
        fresh.isTouchable = unknownBits == 0 && !hasOtherExtensions
        message = fresh
        inflated = isCompressed ? [] : nil
    }

    private func fresh(
        _ opcode: Opcode,
        _ part: FrameScanner.Part,
        start: ByteOffset,
        at now: Instant
    ) -> Message {
        let place =
            start + ByteOffset(part.header.lowerBound) - ByteOffset(head.readableBytes)
        return Message(
            range: place..<place,
            arrival: head.readableBytes > 0 ? headArrival : now,
            bytes: ByteBuffer(),
            opcode: opcode,
            number: part.frame
        )
    }

    /// Takes a part's bytes where they belong.
    private mutating func append(
        _ part: FrameScanner.Part,
        header: FrameHeader,
        of buffer: ByteBuffer,
        start: ByteOffset,
        at now: Instant,
        sink: (Output) -> Void
    ) {
        follow(part, header: header, of: buffer)
        guard target != .run else { return gather(part.bytes) }
        let begun = takeHead()
        switch target {
        case .run: break
        case .control: control?.bytes.writeImmutable(begun, buffer, part.bytes)
        case .message:
            message?.bytes.writeImmutable(begun, buffer, part.bytes)
            guard let held = message, held.byteCount > messageByteCountMax else { return }
            stream(held, sink: sink)
        }
    }

    private mutating func takeHead() -> ByteBuffer {
        let bytes = head
        if head.readableBytes > 0 { head = ByteBuffer() }
        return bytes
    }

    /// Follows the compression of data.
    private mutating func follow(
        _ part: FrameScanner.Part,
        header: FrameHeader,
        of buffer: ByteBuffer
    ) {
        guard isCompressed, !header.opcode.isControl, let compression, !part.payload.isEmpty else {
            return
        }
        var bytes =
            buffer.getBytes(
                at: buffer.readerIndex + part.payload.lowerBound,
                length: part.payload.count
            ) ?? []
        if let key = header.maskKey {
            Masking.apply(key: key, to: &bytes, range: 0..<bytes.count, offset: frameOffset)
        }
        compression.take(bytes, into: &inflated)
    }

    /// A held message is too large: it goes on as it comes.
    private mutating func stream(_ held: Message, sink: (Output) -> Void) {
        sink(.tooLarge(at: held.range.lowerBound, isFatal: isFatal))
        message = nil
        inflated = nil
        isStreaming = true
        target = .run
        let range = held.range.lowerBound..<held.range.lowerBound + ByteOffset(held.byteCount)
        sink(
            .piece(
                .run(
                    Run(
                        range: range,
                        arrival: held.arrival,
                        bytes: held.bytes,
                        endsBetweenMessages: false
                    )
                )
            )
        )
    }

    /// A frame is over.
    private mutating func end(
        _ header: FrameHeader,
        at position: Int,
        of buffer: ByteBuffer,
        start: ByteOffset,
        now: Instant,
        sink: (Output) -> Void
    ) {
        let isLastOfMessage = !header.opcode.isControl && header.isFinal
        if isLastOfMessage, isCompressed, let compression {
            if !compression.finish(into: &inflated) { inflated = nil }
            isCompressed = false
        }
        switch target {
        case .run:
            if !header.opcode.isControl { isStreaming = !header.isFinal }
            if !isStreaming { endRun(at: position, of: buffer, start: start, at: now, sink: sink) }
        case .control:
            guard var done = control else { return }
            control = nil
            finish(&done, header)
            sink(.piece(.message(done)))
        case .message:
            guard var done = message else { return }
            message = nil
            finish(&done, header)
            guard isLastOfMessage else {
                message = done
                return
            }
            done.inflated = inflated
            inflated = nil
            // What was compressed and cannot be read cannot be touched either.
            if done.isCompressed, done.inflated == nil { done.isTouchable = false }
            sink(.piece(.message(done)))
        }
    }

    private func finish(_ message: inout Message, _ header: FrameHeader) {
        message.frames.append(
            Message.Frame(header: header, range: messageFrameStart..<message.byteCount)
        )
        message.range =
            message.range.lowerBound..<message.range.lowerBound + ByteOffset(message.byteCount)
    }

    // MARK: Runs

    private mutating func gather(_ range: Range<Int>) {
        if runStart == nil { runStart = range.lowerBound }
    }

    private mutating func endRun(
        at end: Int,
        of buffer: ByteBuffer,
        start: ByteOffset,
        at now: Instant,
        sink: (Output) -> Void
    ) {
        guard let first = runStart else { return }
        runStart = nil
        guard first < end,
            let bytes = buffer.getSlice(at: buffer.readerIndex + first, length: end - first)
        else { return }
        sink(
            .piece(
                .run(
                    Run(
                        range: start + ByteOffset(first)..<start + ByteOffset(end),
                        arrival: now,
                        bytes: bytes,
                        endsBetweenMessages: isBetweenMessages
                    )
                )
            )
        )
    }

    /// From here on nothing can be framed: what is held goes on as it came.
    private mutating func giveUp(
        at position: Int,
        of buffer: ByteBuffer,
        start: ByteOffset,
        now: Instant,
        sink: (Output) -> Void
    ) {
        endRun(at: position, of: buffer, start: start, at: now, sink: sink)
        isFramed = false
        release(at: now, sink: sink)
    }

    /// Lets go what is held of a message that is not whole; the rest of it goes on as it comes.
    mutating func release(at now: Instant, sink: (Output) -> Void) {
        for held in [message, control] {
            guard let held, held.byteCount > 0 else { continue }
            let range = held.range.lowerBound..<held.range.lowerBound + ByteOffset(held.byteCount)
            sink(
                .piece(
                    .run(
                        Run(
                            range: range,
                            arrival: held.arrival,
                            bytes: held.bytes,
                            endsBetweenMessages: false
                        )
                    )
                )
            )
        }
        if message != nil { isStreaming = true }
        message = nil
        control = nil
        inflated = nil
        target = .run
        guard head.readableBytes > 0 else { return }
        let bytes = takeHead()
        isMidHead = true
        sink(
            .piece(
                .run(
                    Run(
                        range: offset - ByteOffset(bytes.readableBytes)..<offset,
                        arrival: headArrival,
                        bytes: bytes,
                        endsBetweenMessages: false
                    )
                )
            )
        )
    }
}

extension ByteBuffer {
    /// Appends the bytes at a range of another buffer, counted from its reader index.
    fileprivate mutating func writeImmutable(_ other: ByteBuffer, _ range: Range<Int>) {
        guard !range.isEmpty,
            let slice = other.getSlice(
                at: other.readerIndex + range.lowerBound,
                length: range.count
            )
        else { return }
        // The first piece is shared, not copied: most messages come in one.
        if readableBytes == 0 {
            self = slice
        } else {
            writeImmutableBuffer(slice)
        }
    }

    fileprivate mutating func writeImmutable(
        _ head: ByteBuffer,
        _ other: ByteBuffer,
        _ range: Range<Int>
    ) {
        if head.readableBytes > 0 { writeImmutableBuffer(head) }
        writeImmutable(other, range)
    }
}
