/// Finds frames in a byte stream, without copying or holding back a byte of it.
///
/// Feed it each buffer as it arrives; it answers with the frames, or parts of frames, that the
/// buffer
/// holds. It keeps the head that is being read (14 bytes at most) and the number of payload bytes
/// still to come, and nothing else: its memory does not depend on the size of frames.
///
/// ```
/// buffer 1:  | head | payload      →  frame 1 part 0 (head, payload)
/// buffer 2:   payload | head | pay →  frame 1 part 1 (payload, last), frame 2 part 0
/// ```
public struct FrameScanner: ~Copyable {
    /// What one buffer holds of one frame.
    ///
    /// Ranges index the buffer that was scanned.
    public struct Part: Equatable, Sendable {
        /// The number of the frame in the stream, from 1.
        public var frame: UInt64
        /// The number of the part within its frame, from 0.
        public var part: UInt32
        /// Bytes of the head; empty when it came with an earlier part.
        public var header: Range<Int>
        /// Bytes of the payload.
        public var payload: Range<Int>
        /// Whether the frame ends with this part.
        public var isLast: Bool
        /// The head, once it is whole.
        public var head: FrameHeader?

        /// All bytes of the part.
        public var bytes: Range<Int> { header.lowerBound..<payload.upperBound }
    }

    private enum State {
        case head(collected: Int)
        case payload(FrameHeader, remaining: UInt64)
    }

    private var state = State.head(collected: 0)
    private var headBytes = InlineArray<14, UInt8>(repeating: 0)
    private var frame: UInt64
    private var part: UInt32 = 0

    /// Creates a scanner that stands before a frame.
    ///
    /// - Parameter firstFrame: The number of that frame.
    public init(firstFrame: UInt64 = 1) {
        frame = firstFrame
    }

    /// A second scanner that stands where this one does.
    public func fork() -> FrameScanner {
        var scanner = FrameScanner(firstFrame: frame)
        scanner.state = state
        scanner.headBytes = headBytes
        scanner.part = part
        return scanner
    }

    /// Whether the stream stands between two frames.
    public var isBetweenFrames: Bool {
        if case .head(collected: 0) = state { true } else { false }
    }

    /// The number of the frame that is being read or comes next, from 1.
    public var frameNumber: UInt64 { frame }

    /// Reads on at `position`.
    ///
    /// - Parameters:
    ///   - bytes: The buffer that arrived.
    ///   - position: Where to read on; moved past what was read.
    /// - Returns: The next frame or part of one; `nil` when the buffer is used up.
    /// - Throws: ``WireError/payloadLengthTooLarge(got:)``, with `position` at the first byte of
    ///   the
    ///   offending head in this buffer. What follows in the stream cannot be framed.
    public mutating func next(
        in bytes: RawSpan,
        from position: inout Int
    ) throws(WireError) -> Part? {
        guard position < bytes.byteCount else { return nil }
        switch state {
        case .payload(let head, let remaining):
            return takePayload(
                of: head,
                remaining: remaining,
                in: bytes,
                header: position..<position,
                at: &position
            )
        case .head(let collected):
            return try takeHead(collected: collected, in: bytes, at: &position)
        }
    }

    /// Passes over bytes that are not at hand.
    ///
    /// - Parameter byteCount: How many.
    /// - Returns: Whether the stream can still be framed: the bytes lie within one payload. The number of a
    ///   part is left out then; a payload whose end is missing has no last part.
    public mutating func skip(byteCount: UInt64) -> Bool {
        guard case .payload(let head, let remaining) = state, byteCount <= remaining else {
            return false
        }
        part += 1
        if byteCount < remaining {
            state = .payload(head, remaining: remaining - byteCount)
        } else {
            state = .head(collected: 0)
            frame += 1
            part = 0
        }
        return true
    }

    private mutating func takeHead(
        collected: Int,
        in bytes: RawSpan,
        at position: inout Int
    ) throws(WireError) -> Part? {
        let start = position
        if collected == 0, let head = try FrameHeader(bytes.extracting(start...)) {
            let end = start + head.byteCount
            return takePayload(
                of: head,
                remaining: head.payloadLength,
                in: bytes,
                header: start..<end,
                at: &position
            )
        }
        var count = collected
        var cursor = start
        while cursor < bytes.byteCount {
            headBytes[count] = bytes.byte(at: cursor)
            count += 1
            cursor += 1
            guard let head = try collectedHead(byteCount: count) else { continue }
            return takePayload(
                of: head,
                remaining: head.payloadLength,
                in: bytes,
                header: start..<cursor,
                at: &position
            )
        }
        state = .head(collected: count)
        position = cursor
        defer { part += 1 }
        return Part(
            frame: frame,
            part: part,
            header: start..<cursor,
            payload: cursor..<cursor,
            isLast: false,
            head: nil
        )
    }

    private func collectedHead(byteCount: Int) throws(WireError) -> FrameHeader? {
        // Safety: bytes have no padding, so all of their memory is initialised.
        try FrameHeader(unsafe headBytes.span.bytes.extracting(..<byteCount))
    }

    private mutating func takePayload(
        of head: FrameHeader,
        remaining: UInt64,
        in bytes: RawSpan,
        header: Range<Int>,
        at position: inout Int
    ) -> Part {
        let available = UInt64(bytes.byteCount - header.upperBound)
        let taken = min(remaining, available)
        let end = header.upperBound + Int(taken)
        position = end
        let isLast = taken == remaining
        let result = Part(
            frame: frame,
            part: part,
            header: header,
            payload: header.upperBound..<end,
            isLast: isLast,
            head: head
        )
        if isLast {
            state = .head(collected: 0)
            frame += 1
            part = 0
        } else {
            state = .payload(head, remaining: remaining - taken)
            part += 1
        }
        return result
    }
}
