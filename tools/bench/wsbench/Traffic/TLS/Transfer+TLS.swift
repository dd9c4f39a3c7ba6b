extension Transfer {
    /// Sends `frames` frames of `block` over TLS and returns when the last byte has arrived.
    ///
    /// What the load encrypts is encrypted before the clock starts, and what the sink decrypts is
    /// decrypted after it has stopped: the time is the proxy's, which has to do both meanwhile.
    init(
        _ frames: Int,
        of block: FrameBlock,
        over pair: WebSocketPair,
        _ tls: (client: TLSSession, server: TLSSession),
        _ wire: Wire
    ) throws {
        let bytes = frames * block.frameBytes
        var load = try SealedLoad(
            block,
            contentBytes: bytes,
            in: wire.records,
            with: tls.client,
            wire.sent
        )
        var sink = SealedSink(contentBytes: bytes, in: wire.received)
        let elapsed = try Self.move(&load, &sink, over: pair)
        try sink.check(block, with: tls.server)
        self.init(frames: frames, elapsed: elapsed, recordBytes: sink.recordBytes)
    }
}
