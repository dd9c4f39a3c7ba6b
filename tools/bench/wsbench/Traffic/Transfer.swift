import Glibc

/// A fixed number of frames from a client, through a proxy, to a server that drops them.
///
/// Load and sink share this one thread: on two cores the other one is the proxy's alone. The load
/// copies from a cached block into the socket and the sink drops bytes in the kernel, so one thread
/// does both several times faster than a proxy can relay.
struct Transfer {
    let frames: Int
    /// First byte handed to the client's socket until last byte taken from the server's.
    let elapsed: Duration

    var framesPerSecond: Double { Double(frames) / (elapsed / .seconds(1)) }

    /// A transfer fails when nothing has moved for so long, in milliseconds.
    static let patience: Int32 = 20_000

    /// Sends `frames` frames of `block` and returns when the last byte has arrived.
    ///
    /// With `masksAnew` the proxy between the two masks frames with keys of its own, and payloads
    /// are compared instead of bytes.
    init(
        _ frames: Int,
        of block: FrameBlock,
        over pair: WebSocketPair,
        masksAnew: Bool = false
    ) throws {
        let clock = ContinuousClock()
        let start = clock.now
        var load = Load(block: block, bytesTotal: frames * block.frameBytes)
        var sink = Sink(block: block, bytesTotal: frames * block.frameBytes)
        while !sink.isDone {
            let wantsToSend = load.isDone ? 0 : POLLOUT
            var polls = [
                pollfd(fd: pair.server.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pair.client.descriptor, events: Int16(wantsToSend), revents: 0),
            ]
            let ready = poll(&polls, 2, Self.patience)
            try Interruption.check()
            guard ready != 0 else {
                throw BenchError(
                    .failed,
                    "The proxy stalled: \(sink.bytesReceived) of \(load.bytesTotal) bytes arrived."
                )
            }
            if polls[0].revents != 0 { try sink.drain(pair.server) }
            if polls[1].revents != 0 && !load.isDone { try load.send(to: pair.client) }
        }
        self.frames = frames
        self.elapsed = start.duration(to: clock.now)
        try sink.checkLastFrame(frames: frames, masksAnew: masksAnew)
    }
}
