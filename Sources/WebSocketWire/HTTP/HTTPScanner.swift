/// Finds heads and bodies of HTTP/1.1 messages in a byte stream, without holding back a byte.
///
/// Where a body ends is decided by its owner, who knows the request that a response answers: after
/// each head
/// the owner calls ``expect(_:)`` before it reads on.
public struct HTTPScanner {
    /// A run of one buffer.
    ///
    /// Ranges index the buffer that was scanned.
    public struct Part: Equatable, Sendable {
        /// What the run is.
        public enum Kind: Equatable, Sendable {
            /// Part of a head.
            case head
            /// Part of a body, chunk sizes and trailers included.
            case body
        }

        /// What the run is.
        public var kind: Kind
        /// The bytes.
        public var range: Range<Int>
        /// Runs within the buffer that hold secrets.
        public var secrets: [Range<Int>] = []
        /// The head that ends with this run.
        public var head: HTTPHead?
        /// Whether a message ends with this run.
        public var endsMessage = false
    }

    /// A longer head is not held: the stream then counts as unreadable.
    ///
    /// In bytes.
    public static let headByteCountMax = 64 << 10

    private enum State {
        case head
        case awaitingBodyDecision
        case length(UInt64)
        case untilClose
        case chunkSize(digits: UInt64, isInExtension: Bool)
        case chunkData(UInt64)
        case chunkDataEnd
        case trailer(lineByteCount: Int)
    }

    private var state = State.head
    private var headBytes: [UInt8] = []
    private var lineByteCount = 0
    private var secretFinder = SecretFinder()

    /// Creates a scanner that stands before a head.
    public init() {}

    /// Whether the stream stands between two messages.
    public var isBetweenMessages: Bool {
        if case .head = state { headBytes.isEmpty } else { false }
    }

    /// Whether the last byte was the CR of a line without anything else, which may end a head.
    public var isInsideEmptyLine: Bool {
        guard case .head = state, lineByteCount == 0 else { return false }
        return headBytes.suffix(2) == [UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    }

    /// Says what follows the head that was just read.
    ///
    /// - Returns: Whether the message is over already.
    @discardableResult
    public mutating func expect(_ body: HTTPBody) -> Bool {
        switch body {
        case .none: state = .head
        case .length(let count): state = count == 0 ? .head : .length(count)
        case .chunked: state = .chunkSize(digits: 0, isInExtension: false)
        case .untilClose: state = .untilClose
        }
        if case .head = state { return true }
        return false
    }

    /// Reads on at `position`.
    ///
    /// - Returns: The next run; `nil` when the buffer is used up or a decision about a body is due.
    /// - Throws: ``WireError`` when the stream is not HTTP; `position` stays where the unreadable
    ///   run of
    ///   this buffer begins.
    public mutating func next(
        in bytes: RawSpan,
        from position: inout Int
    ) throws(WireError) -> Part? {
        guard position < bytes.byteCount else { return nil }
        switch state {
        case .awaitingBodyDecision:
            return nil
        case .head:
            return try takeHead(in: bytes, from: &position)
        case .untilClose:
            defer { position = bytes.byteCount }
            return Part(kind: .body, range: position..<bytes.byteCount)
        case .length(let left):
            let taken = min(left, UInt64(bytes.byteCount - position))
            let range = position..<position + Int(taken)
            position = range.upperBound
            state = taken == left ? .head : .length(left - taken)
            return Part(kind: .body, range: range, endsMessage: taken == left)
        case .chunkSize, .chunkData, .chunkDataEnd, .trailer:
            return try takeChunked(in: bytes, from: &position)
        }
    }

    private mutating func takeHead(
        in bytes: RawSpan,
        from position: inout Int
    ) throws(WireError) -> Part {
        var part = Part(kind: .head, range: position..<bytes.byteCount)
        var cursor = position
        while cursor < bytes.byteCount {
            let byte = bytes.byte(at: cursor)
            if secretFinder.isSecret(byte) { Self.extend(&part.secrets, with: cursor) }
            headBytes.append(byte)
            cursor += 1
            guard headBytes.count <= Self.headByteCountMax else {
                throw .headTooLarge(limit: Self.headByteCountMax)
            }
            if byte == UInt8(ascii: "\n") {
                // RFC 9112 §2.2: empty lines before a start line are to be ignored.
                let isEnd = lineByteCount == 0 && headBytes.contains { $0 != 0x0D && $0 != 0x0A }
                lineByteCount = 0
                if isEnd {
                    part.head = try HTTPHead(headBytes)
                    break
                }
            } else if byte != UInt8(ascii: "\r") {
                lineByteCount += 1
            }
        }
        if part.head != nil {
            headBytes.removeAll(keepingCapacity: true)
            secretFinder = SecretFinder()
            state = .awaitingBodyDecision
        }
        part.range = position..<cursor
        position = cursor
        return part
    }

    private static func extend(_ runs: inout [Range<Int>], with index: Int) {
        if let last = runs.last, last.upperBound == index {
            runs[runs.count - 1] = last.lowerBound..<index + 1
        } else {
            runs.append(index..<index + 1)
        }
    }

    // RFC 9112 §7.1: chunk-size [ext] CRLF data CRLF … 0 CRLF trailers CRLF.
    private mutating func takeChunked(
        in bytes: RawSpan,
        from position: inout Int
    ) throws(WireError) -> Part {
        let start = position
        var cursor = position
        while cursor < bytes.byteCount {
            if case .chunkData(let left) = state {
                let taken = min(left, UInt64(bytes.byteCount - cursor))
                cursor += Int(taken)
                state = taken == left ? .chunkDataEnd : .chunkData(left - taken)
                continue
            }
            let byte = bytes.byte(at: cursor)
            cursor += 1
            if try takeFraming(byte) {
                position = cursor
                return Part(kind: .body, range: start..<cursor, endsMessage: true)
            }
        }
        position = cursor
        return Part(kind: .body, range: start..<cursor)
    }

    /// Takes a byte outside chunk data; answers whether the message ends with it.
    private mutating func takeFraming(_ byte: UInt8) throws(WireError) -> Bool {
        switch state {
        case .chunkSize(let digits, let isInExtension):
            if byte == UInt8(ascii: "\n") {
                state = digits == 0 ? .trailer(lineByteCount: 0) : .chunkData(digits)
            } else if byte == UInt8(ascii: ";") || isInExtension {
                state = .chunkSize(digits: digits, isInExtension: true)
            } else if let digit = Self.hexadecimal(byte) {
                guard digits < 1 << 58 else { throw .malformedBodyLength(value: "\(digits)…") }
                state = .chunkSize(digits: digits << 4 | digit, isInExtension: false)
            } else if byte != UInt8(ascii: "\r"), byte != UInt8(ascii: " ") {
                throw .malformedBodyLength(value: "chunk size with byte \(byte)")
            }
        case .chunkDataEnd:
            if byte == UInt8(ascii: "\n") { state = .chunkSize(digits: 0, isInExtension: false) }
        case .trailer(let count):
            if byte == UInt8(ascii: "\n") {
                guard count > 0 else {
                    state = .head
                    return true
                }
                state = .trailer(lineByteCount: 0)
            } else if byte != UInt8(ascii: "\r") {
                state = .trailer(lineByteCount: count + 1)
            }
        case .head, .awaitingBodyDecision, .length, .untilClose, .chunkData:
            preconditionFailure("no framing byte in state \(state)")
        }
        return false
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
