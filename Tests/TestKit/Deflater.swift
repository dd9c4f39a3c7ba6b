import CZlib

/// Compresses messages as a peer with permessage-deflate does (RFC 7692 §7.2.1), with or without context
/// takeover.
public final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let keepsContext: Bool

    /// Creates one for one direction.
    public init(keepsContext: Bool) {
        self.keepsContext = keepsContext
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream,
            Z_DEFAULT_COMPRESSION,
            Z_DEFLATED,
            -15,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(status == Z_OK, "zlib cannot start (\(status))")
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The next message, without the four bytes at its end.
    public func message(_ payload: [UInt8]) -> [UInt8] {
        var input = payload
        var out = [UInt8](repeating: 0, count: payload.count + payload.count / 100 + 64)
        let (room, count) = (out.count, payload.count)
        input.withUnsafeMutableBufferPointer { source in
            out.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress
                stream.pointee.avail_in = UInt32(count)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(room)
                _ = deflate(stream, Z_SYNC_FLUSH)
            }
        }
        out.removeLast(Int(stream.pointee.avail_out))
        if !keepsContext { deflateReset(stream) }
        return Array(out.dropLast(4))
    }
}
