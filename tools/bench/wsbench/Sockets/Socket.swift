import Glibc

/// One TCP socket on loopback, closed when nobody holds it any more.
final class Socket {
    let descriptor: Int32

    /// Takes over an open descriptor.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// A socket that is connected to a port of 127.0.0.1, or nil when nobody listens there.
    static func connected(to port: UInt16) throws -> Socket? {
        let socket = try Socket.unbound()
        let connected = withLoopback(port) { connect(socket.descriptor, $0, $1) }
        guard connected == 0 else { return nil }
        socket.sendWithoutDelay()
        return socket
    }

    /// A socket that listens at a port of 127.0.0.1 that the system chooses.
    static func listening() throws -> Socket {
        let socket = try Socket.unbound()
        let bound = withLoopback(0) { bind(socket.descriptor, $0, $1) }
        guard bound == 0, listen(socket.descriptor, 1024) == 0 else {
            throw BenchError(.unavailable, "No port of 127.0.0.1 is free: \(SystemError.current).")
        }
        return socket
    }

    /// The port that this socket is bound to.
    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Takes the next connection.
    func accepted(within milliseconds: Int32) throws -> Socket {
        guard try isReady(POLLIN, within: milliseconds) else {
            throw BenchError(.failed, "The proxy did not open its connection to the sink in time.")
        }
        let descriptor = accept(descriptor, nil, nil)
        guard descriptor >= 0 else {
            throw BenchError(.failed, "No connection was accepted: \(SystemError.current).")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let socket = Socket(descriptor)
        socket.sendWithoutDelay()
        return socket
    }

    /// Waits until the socket can be read or written; false when the time is over.
    func isReady(_ events: Int32, within milliseconds: Int32) throws -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        let count = Glibc.poll(&poll, 1, milliseconds)
        try Interruption.check()
        return count > 0
    }

    /// Makes reads and writes return at once when nothing can be moved.
    func becomeNonblocking() {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    private func sendWithoutDelay() {
        var on: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, length)
    }

    private static func unbound() throws -> Socket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else {
            throw BenchError(.unavailable, "No socket could be made: \(SystemError.current).")
        }
        return Socket(descriptor)
    }
}

private func withLoopback(
    _ port: UInt16,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
