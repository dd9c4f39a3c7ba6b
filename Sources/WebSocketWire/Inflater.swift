import CZlib

// Safety: the stream is allocated once, used only by this value, and freed in `deinit`; zlib keeps
// a pointer to it, so it must not move, which is why it lives behind a pointer.

/// Inflates the messages of one direction of one connection (RFC 7692 §7.2.2).
///
/// Messages come in order; each is handed over in as many chunks as it arrived in and then finished.
/// The memory held is zlib's window and one output chunk, whatever the messages' sizes.
///
/// ```
/// var inflater = try Inflater(windowBits: 15, keepsContext: true, messageBytesMax: 64 << 20)
/// try inflater.inflate(fragment, into: &text)
/// try inflater.finishMessage(into: &text)
/// ```
@safe
public struct Inflater: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let keepsContext: Bool
    private let messageBytesMax: Int
    private var chunk: [UInt8]
    private var produced = 0
    private var isOverLimit = false
    private var corruption: WireError?

    /// Bytes of output that are made at a time, when nothing is said.
    public static let chunkByteCountDefault = 16 * 1024

    /// Creates an inflater for one direction.
    ///
    /// - Parameters:
    ///   - windowBits: The agreed window of the sender, 8 to 15.
    ///   - keepsContext: Whether a message may refer to earlier ones (context takeover).
    ///   - messageBytesMax: How many bytes a message may inflate to.
    ///   - chunkByteCount: Bytes of output that are made at a time; memory for them is held.
    /// - Throws: ``WireError/corruptDeflateStream(detail:)`` when zlib cannot be set up.
    public init(
        windowBits: Int,
        keepsContext: Bool,
        messageBytesMax: Int,
        chunkByteCount: Int = Inflater.chunkByteCountDefault
    ) throws(WireError) {
        chunk = [UInt8](repeating: 0, count: chunkByteCount)
        self.keepsContext = keepsContext
        self.messageBytesMax = messageBytesMax
        // Safety: the memory is initialised before use and freed in `deinit`.
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // RFC 7692 sends raw deflate data, which zlib calls a negative window.
        let status = unsafe inflateInit2_(
            stream,
            -Int32(windowBits),
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard status == Z_OK else {
            throw .corruptDeflateStream(detail: "zlib cannot start (\(status))")
        }
    }

    deinit {
        // Safety: no other reference to the stream exists; zlib accepts a stream that failed to start.
        _ = unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Inflates the next chunk of the message, appending to `output`.
    ///
    /// Output beyond the limit is inflated, so that later messages can be, and dropped.
    ///
    /// - Throws: ``WireError/corruptDeflateStream(detail:)``; the rest of the message throws it too,
    ///   and with a kept context the rest of the direction.
    public mutating func inflate(
        _ compressed: RawSpan,
        into output: inout [UInt8]
    ) throws(WireError) {
        if let corruption { throw corruption }
        var position = 0
        while position < compressed.byteCount {
            // Safety: zlib reads `avail_in` bytes, all inside the span, and keeps no pointer to them.
            let step = unsafe compressed.extracting(position...).withUnsafeBytes {
                unsafe run(on: $0, into: &output)
            }
            position += step.consumed
            if let detail = step.failure {
                let error = WireError.corruptDeflateStream(detail: detail)
                corruption = error
                throw error
            }
        }
    }

    /// Ends the message: the four bytes that its sender left out are put back (RFC 7692 §7.2.2).
    ///
    /// - Throws: ``WireError/corruptDeflateStream(detail:)``, or
    ///   ``WireError/inflatedTooLarge(limit:)`` when output was dropped; after the latter the next
    ///   message inflates as usual.
    public mutating func finishMessage(into output: inout [UInt8]) throws(WireError) {
        defer { abandonMessage() }
        let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
        // Safety: bytes have no padding, so all of the span's memory is initialised.
        try inflate(unsafe tail.span.bytes, into: &output)
        if isOverLimit { throw .inflatedTooLarge(limit: messageBytesMax) }
    }

    /// Forgets the message that was begun; with a kept context its bytes stay in the window.
    public mutating func abandonMessage() {
        produced = 0
        isOverLimit = false
        guard !keepsContext else { return }
        corruption = nil
        // Safety: the stream was initialised in `init`.
        _ = unsafe inflateReset(stream)
    }

    /// Gives zlib some input and takes output until the input is used up or a block says "final".
    private mutating func run(
        on input: UnsafeRawBufferPointer,
        into output: inout [UInt8]
    ) -> (consumed: Int, failure: String?) {
        let offered = min(input.count, Int(Int32.max))
        // Safety: zlib's C interface wants a mutable pointer, but it does not write to its input.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        )
        unsafe stream.pointee.avail_in = UInt32(offered)
        while true {
            // Safety: zlib writes at most `avail_out` bytes, all inside the chunk, before returning.
            let status = unsafe chunk.withUnsafeMutableBufferPointer { room in
                unsafe stream.pointee.next_out = room.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room.count)
                return unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
            }
            append(chunkBytes: chunk.count - roomLeft, to: &output)
            let consumed = offered - inputLeft
            switch status {
            case Z_OK where roomLeft == 0:
                continue
            case Z_OK, Z_BUF_ERROR:
                return (consumed, nil)
            case Z_STREAM_END:
                // RFC 7692 §7.2.3.4: a sender may end a message with a final block; what follows is
                // a new deflate stream that still sees the window.
                // Safety: the stream lives as long as this inflater.
                _ = unsafe inflateResetKeep(stream)
                return (consumed, nil)
            default:
                return (consumed, message(of: status))
            }
        }
    }

    /// Bytes of the output chunk that zlib did not fill.
    // Safety: the stream was initialised in `init`.
    private var roomLeft: Int { unsafe Int(stream.pointee.avail_out) }

    /// Bytes of the input that zlib did not take.
    // Safety: the stream was initialised in `init`.
    private var inputLeft: Int { unsafe Int(stream.pointee.avail_in) }

    private func message(of status: Int32) -> String {
        // Safety: zlib's message, when there is one, is a constant C string.
        guard let text = unsafe stream.pointee.msg else { return "zlib reports \(status)" }
        return unsafe String(cString: text)
    }

    private mutating func append(chunkBytes count: Int, to output: inout [UInt8]) {
        let kept = min(count, messageBytesMax - produced)
        output.append(contentsOf: chunk[..<kept])
        produced += kept
        if kept < count { isOverLimit = true }
    }
}
