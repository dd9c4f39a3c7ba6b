import Glibc

/// What one non-blocking call moved.
enum Moved {
    /// So many bytes, at least one.
    case bytes(Int)
    /// Nothing for now.
    case nothing
    /// The other end has closed.
    case end
}

extension Socket {
    /// Sends what the system takes at once.
    func send(_ bytes: UnsafeRawBufferPointer) throws -> Moved {
        try moved(
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        )
    }

    /// Receives what is there.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws -> Moved {
        try moved(recv(descriptor, buffer.baseAddress, buffer.count, 0))
    }

    /// Takes up to `count` bytes that are there and drops them in the kernel (`MSG_TRUNC` of
    /// tcp(7)): the sink counts without paying for a copy, so that it is not what is measured.
    func discard(atMost count: Int) throws -> Moved {
        try moved(recv(descriptor, nil, count, Int32(MSG_TRUNC)))
    }

    private func moved(_ count: Int) throws -> Moved {
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        switch errno {
        case EAGAIN, EINTR: return .nothing
        case let number:
            throw BenchError(.failed, "A connection broke: \(SystemError.describe(number)).")
        }
    }
}
