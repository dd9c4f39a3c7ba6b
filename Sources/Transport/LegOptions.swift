internal import NIOCore
internal import NIOPosix

/// The options of both legs' channels; the figures behind them are in docs/benchmarks.md.
enum LegOptions {
    /// A channel keeps the buffer of its last read: an idle one should keep little; in bytes.
    static let receiveByteCountMin = 1024
    /// Reads grow to this size when the peer is fast, in bytes.
    static let receiveByteCountMax = 256 << 10
    /// How often a channel reads in one tick before its bytes are recorded and flushed.
    static let readsPerTick: UInt = 4
    /// Reading on the other leg stops when this many bytes wait to be written, and goes on below
    /// the lower mark.
    ///
    /// In bytes.
    static let writeHighWaterMark = 1 << 20
    static let writeLowWaterMark = 256 << 10

    static var receiveAllocator: AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(
            minimum: receiveByteCountMin,
            initial: receiveByteCountMin,
            maximum: receiveByteCountMax
        )
    }
    static var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        ChannelOptions.Types.WriteBufferWaterMark(low: writeLowWaterMark, high: writeHighWaterMark)
    }
}

extension ClientBootstrap {
    func wscapLegOptions() -> ClientBootstrap {
        channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: LegOptions.readsPerTick)
            .channelOption(.recvAllocator, value: LegOptions.receiveAllocator)
            .channelOption(.writeBufferWaterMark, value: LegOptions.waterMark)
    }
}

extension ServerBootstrap {
    func wscapLegOptions() -> ServerBootstrap {
        childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: LegOptions.readsPerTick)
            .childChannelOption(.recvAllocator, value: LegOptions.receiveAllocator)
            .childChannelOption(.writeBufferWaterMark, value: LegOptions.waterMark)
    }
}
