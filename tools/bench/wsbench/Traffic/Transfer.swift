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
    /// Bytes of frames in a TLS record to the server, on average; nil without TLS.
    var recordBytes: Double?

    var framesPerSecond: Double { Double(frames) / (elapsed / .seconds(1)) }

    /// A transfer fails when nothing has moved for so long, in milliseconds.
    static let patience: Int32 = 20_000

    /// A transfer that is over.
    init(frames: Int, elapsed: Duration, recordBytes: Double? = nil) {
        self.frames = frames
        self.elapsed = elapsed
        self.recordBytes = recordBytes
    }

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
        var load = Load(block: block, bytesTotal: frames * block.frameBytes)
        var sink = Sink(block: block, bytesTotal: frames * block.frameBytes)
        let elapsed = try Self.move(&load, &sink, over: pair)
        self.init(frames: frames, elapsed: elapsed)
        try sink.checkLastFrame(frames: frames, masksAnew: masksAnew)
    }

    /// Lets load and sink do their work; how long that took.
    static func move(
        _ load: inout some Sending,
        _ sink: inout some Draining,
        over pair: WebSocketPair
    ) throws -> Duration {
        let (client, server) = (pair.client.socket, pair.server.socket)
        let clock = ContinuousClock()
        let start = clock.now
        while !sink.isDone {
            let wantsToSend = load.isDone ? 0 : POLLOUT
            var polls = [
                pollfd(fd: server.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: client.descriptor, events: Int16(wantsToSend), revents: 0),
            ]
            let ready = poll(&polls, 2, Self.patience)
            try Interruption.check()
            guard ready != 0 else {
                throw BenchError(
                    .failed,
                    "The proxy stalled: \(sink.bytesReceived) of \(sink.bytesTotal) bytes arrived."
                )
            }
            if polls[0].revents != 0 { try sink.drain(server) }
            if polls[1].revents != 0 && !load.isDone { try load.send(to: client) }
        }
        return start.duration(to: clock.now)
    }
}

/// What hands bytes to a client's socket.
protocol Sending {
    var isDone: Bool { get }

    /// Sends one write's worth.
    mutating func send(to client: Socket) throws
}

/// What takes bytes from a server's socket.
protocol Draining {
    /// Bytes of frames that have arrived, and that are to arrive.
    var bytesReceived: Int { get }
    var bytesTotal: Int { get }
    var isDone: Bool { get }

    /// Takes what has arrived with one call.
    mutating func drain(_ server: Socket) throws
}
