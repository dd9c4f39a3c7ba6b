import Glibc

/// One end of a connection: a socket, and TLS over it when the run has TLS.
final class Endpoint {
    let socket: Socket
    let tls: TLSSession?
    /// Wire bytes on their way between socket and TLS.
    private var piece: [UInt8]

    /// Enough for the largest TLS record (RFC 8446 §5.2) with its header, in bytes.
    private static let pieceBytes = 17 * 1024

    /// Takes over a connected socket.
    init(_ socket: Socket, _ tls: TLSSession?) {
        self.socket = socket
        self.tls = tls
        piece = tls == nil ? [] : [UInt8](repeating: 0, count: Self.pieceBytes)
        socket.becomeNonblocking()
    }

    var descriptor: Int32 { socket.descriptor }

    /// Whether bytes can pass: TLS has shaken hands, or there is none.
    var isOpen: Bool { tls?.isOpen ?? true }

    /// Whether there are received bytes that nobody has taken and that no socket will tell of.
    var hasMore: Bool { tls?.hasMore ?? false }

    /// Goes on with the handshake of TLS; it begins with the client's first call.
    func shakeHands() throws {
        guard let tls, !tls.isOpen else { return }
        if case .end = try fillTLS(tls) {
            throw BenchError(.failed, "The proxy closed a connection during the TLS handshake.")
        }
        do {
            try tls.shakeHands()
        } catch {
            // An alert tells the other end why; whether it gets it changes nothing here.
            _ = try flush(tls)
            throw error
        }
        try sendAll(of: tls)
    }

    /// Sends what the system takes at once.
    ///
    /// With TLS it is all or an error: what is encrypted must go.
    func send(_ bytes: UnsafeRawBufferPointer) throws -> Moved {
        guard let tls else { return try socket.send(bytes) }
        try tls.write(bytes)
        try sendAll(of: tls)
        return .bytes(bytes.count)
    }

    /// Receives what is there.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws -> Moved {
        guard let tls else { return try socket.receive(into: buffer) }
        let known = try tls.read(into: buffer)
        guard case .nothing = known else { return known }
        let filled = try fillTLS(tls)
        guard case .bytes = filled else { return filled }
        return try tls.read(into: buffer)
    }

    /// Moves wire bytes from the socket into TLS.
    private func fillTLS(_ tls: TLSSession) throws -> Moved {
        try piece.withUnsafeMutableBytes { piece in
            let moved = try socket.receive(into: piece)
            if case .bytes(let count) = moved {
                try tls.takeWire(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            }
            return moved
        }
    }

    private func sendAll(of tls: TLSSession) throws {
        guard try flush(tls) else {
            throw BenchError(.failed, "A TLS record did not fit into a socket buffer.")
        }
    }

    /// Moves wire bytes from TLS into the socket; false when it does not take all of them.
    private func flush(_ tls: TLSSession) throws -> Bool {
        try piece.withUnsafeMutableBytes { piece in
            while true {
                let count = tls.giveWire(into: piece)
                guard count > 0 else { return true }
                let records = UnsafeRawBufferPointer(rebasing: piece[..<count])
                guard case .bytes(count) = try socket.send(records) else { return false }
            }
        }
    }
}
