#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// Standard output for many lines: collected, and written in large pieces.
public final class LineOutput {
    private var pending: [UInt8] = []

    /// Lines are written when this many bytes have come together.
    private static let pieceByteCount = 1 << 16

    /// Creates an output that has written nothing.
    public init() {
        pending.reserveCapacity(Self.pieceByteCount * 2)
    }

    /// Adds a line.
    public func write(_ line: String) {
        pending.append(contentsOf: line.utf8)
        pending.append(UInt8(ascii: "\n"))
        if pending.count >= Self.pieceByteCount { flush() }
    }

    /// Writes what has come together.
    ///
    /// A reader that has left ends the process, as a pipe does.
    public func flush() {
        Descriptor.write(pending, to: STDOUT_FILENO)
        pending.removeAll(keepingCapacity: true)
    }
}
