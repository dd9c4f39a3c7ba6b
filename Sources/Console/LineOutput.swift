public import Vocabulary

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// Standard output, or a new file, for many lines: collected, and written in large pieces.
public final class LineOutput {
    private let descriptor: CInt
    /// `nil` for standard output.
    private let path: String?
    private var pending: [UInt8] = []
    /// What the system said to the first write that failed; nothing is written after it.
    private var failure: CInt = 0

    /// Bytes are written when this many have come together.
    private static let pieceByteCount = 1 << 16

    /// Creates an output to standard output.
    public init() {
        descriptor = STDOUT_FILENO
        path = nil
        pending.reserveCapacity(Self.pieceByteCount * 2)
    }

    /// Creates a file, and an output to it.
    ///
    /// - Parameters:
    ///   - path: Where; a file that exists is not written over.
    ///   - option: The option that named it, for error messages.
    /// - Throws: ``OperatorError`` of kind `cannotCreate`.
    public init(creating path: String, option: String) throws(OperatorError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let reason =
                errno == EEXIST
                ? "exists already and is not written over"
                : "cannot be created (\(Self.text(errno)))"
            throw OperatorError(
                .cannotCreate,
                "\(path) \(reason); name a new file in a writable folder with \(option)."
            )
        }
        self.path = path
        pending.reserveCapacity(Self.pieceByteCount * 2)
    }

    deinit {
        if path != nil { Descriptor.close(descriptor) }
    }

    /// Adds a line.
    public func write(_ line: String) {
        pending.append(contentsOf: line.utf8)
        pending.append(UInt8(ascii: "\n"))
        if pending.count >= Self.pieceByteCount { flush() }
    }

    /// Lends the buffer, for whole lines to be added to it.
    public func write(_ body: (inout [UInt8]) -> Void) {
        body(&pending)
        if pending.count >= Self.pieceByteCount { flush() }
    }

    /// Adds text or bytes as they are.
    public func write(bytes: some Sequence<UInt8>) {
        pending.append(contentsOf: bytes)
        if pending.count >= Self.pieceByteCount { flush() }
    }

    /// Writes what has come together.
    ///
    /// A reader that has left ends the process, as a pipe does.
    public func flush() {
        if failure == 0 { failure = Descriptor.write(pending, to: descriptor) }
        pending.removeAll(keepingCapacity: true)
    }

    /// Writes the rest.
    ///
    /// - Throws: ``OperatorError`` of kind `inputOutput` when something could not be written; a reader
    ///   that has left is no failure.
    public func finish() throws(OperatorError) {
        flush()
        guard failure != 0, failure != EPIPE else { return }
        throw OperatorError(
            .inputOutput,
            "Writing to \(path ?? "standard output") failed (\(Self.text(failure))); what is there "
                + "is not complete."
        )
    }

    private static func text(_ code: CInt) -> String {
        String(cString: strerror(code))
    }
}
