public import Vocabulary

public import struct NIOCore.ByteBuffer

/// Bytes of one read, or a part of them, on their way through a chain of faults.
public struct Chunk: Equatable, Sendable {
    /// The bytes.
    public var bytes: ByteBuffer
    /// When they were read from their sender.
    public var arrival: Instant
    /// The time from which a fault that delays counts: later than the arrival behind another one.
    var stamp: Instant
    /// The faults that held it, with commas between; empty for none.
    public var heldBy = ""

    /// Creates a chunk.
    public init(bytes: ByteBuffer, arrival: Instant) {
        self.bytes = bytes
        self.arrival = arrival
        stamp = arrival
    }

    /// How many bytes there are.
    public var byteCount: Int { bytes.readableBytes }

    /// Takes the first bytes away, `count` at most; no byte is copied.
    mutating func split(first count: Int) -> Chunk {
        let taken = min(count, bytes.readableBytes)
        guard let head = bytes.readSlice(length: taken) else {
            preconditionFailure("\(taken) of \(bytes.readableBytes) bytes cannot be split off")
        }
        var first = self
        first.bytes = head
        return first
    }
}

/// What passes from one stage of a chain to the next.
enum Passing: Equatable, Sendable {
    /// Bytes.
    case chunk(Chunk)
    /// Nothing follows.
    case end(Ending)
}

/// Why nothing follows.
enum Ending: Equatable, Sendable {
    /// The sender has sent FIN.
    case finished
    /// A fault ends the connection.
    case cut(Cut, cause: String)
}
