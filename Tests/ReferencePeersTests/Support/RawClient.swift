import NIOCore
import NIOPosix

/// A TCP client that says exactly what it is told, right or wrong.
enum RawClient {
    /// A request to upgrade that any server accepts.
    static let handshake = Array(
        """
        GET /ws HTTP/1.1\r
        Host: test\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r\n
        """.utf8
    )

    /// Sends bytes and reads until the server ends the connection.
    static func exchange(
        _ bytes: [UInt8],
        with address: (host: String, port: Int)
    ) async throws
        -> [UInt8]
    {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var received: [UInt8] = []
            for try await part in inbound {
                received += part.readableBytesView
            }
            return received
        }
    }

    /// A client's frame with an all-zero mask, so that its payload stands there as it is.
    static func frame(
        _ firstByte: UInt8,
        _ payload: [UInt8],
        masked: Bool = true
    ) -> [UInt8] {
        precondition(payload.count < 126, "a test frame is short")
        let mask: [UInt8] = masked ? [0, 0, 0, 0] : []
        return [firstByte, UInt8(payload.count) | (masked ? 0x80 : 0)] + mask + payload
    }
}
