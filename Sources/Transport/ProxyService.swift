public import CaptureFormat
internal import CaptureStore
public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle
internal import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// A proxy from bind to sealed capture.
///
/// ``run()`` returns when graceful shutdown was asked for and everything is written: it stops
/// accepting, says 1001
/// to open WebSocket connections, waits for them up to the grace period, cuts the rest, and seals
/// the capture.
public struct ProxyService: Service {
    private let configuration: ProxyConfiguration
    private let recording: RecordingConfiguration
    private let description: RunDescription
    private let logger: Logger
    private let clock: AnchoredClock
    private let stop = StopFlag()

    /// Creates a proxy; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: Where it stands and how it behaves.
    ///   - recording: Where and how it records.
    ///   - run: What the capture says of itself.
    ///   - clock: Gives every record its time.
    ///   - logger: Where it reports.
    public init(
        configuration: ProxyConfiguration,
        recording: RecordingConfiguration,
        run: RunDescription,
        clock: AnchoredClock,
        logger: Logger
    ) {
        self.clock = clock
        self.configuration = configuration
        self.recording = recording
        description = run
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    ///
    /// - Throws: ``OperatorError`` when the listener cannot be bound, ``StoreError`` when the
    ///   capture cannot be
    ///   created or sealed.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: recording.loopCount)
        do {
            try await serve(on: group)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        // The port first, the files second: a port in use leaves no empty capture behind. Nobody is
        // accepted before both are there.
        let desks = group.makeIterator().map(LoopDesk.init)
        let listener = try await bind(on: group, desks: desks)
        do {
            try await start(desks)
            try await listener.setOption(.autoRead, value: true).get()
        } catch {
            try await listener.close().get()
            for desk in desks { try await desk.finish() }
            throw error
        }
        let captures = try await paths(of: desks)
        logger.info(
            "listening",
            metadata: [
                "address": "\(Self.text(listener.localAddress))",
                "upstream": "\(configuration.upstream)",
                "capture": "\(captures.joined(separator: " "))",
            ]
        )
        try await waitForShutdown()
        stop.raise()
        logger.info("stopping", metadata: ["grace": "\(configuration.grace.inSeconds)s"])
        try await listener.close().get()
        try await end(desks)
    }

    private func start(_ desks: [LoopDesk]) async throws {
        for (index, desk) in desks.enumerated() {
            let starter = ProxyLoop.Starter(
                configuration: configuration,
                recording: recording,
                run: description,
                index: index,
                stop: stop,
                clock: clock,
                logger: logger
            )
            try await desk.start(starter)
        }
    }

    private func paths(of desks: [LoopDesk]) async throws -> [String] {
        var paths: [String] = []
        for desk in desks { if let path = try await desk.capturePath() { paths.append(path) } }
        return paths
    }

    /// Lets the connections of all loops end side by side, then seals every capture, whatever becomes of
    /// the others.
    private func end(_ desks: [LoopDesk]) async throws {
        let endings = desks.map { $0.shutDown() }
        var haveAllEnded = true
        for ending in endings where !(try await ending.get()) { haveAllEnded = false }
        if !haveAllEnded {
            logger.warning("connections were cut: they did not end within the grace period")
        }
        var failure: (any Error)?
        for desk in desks {
            do {
                let path = try await desk.capturePath()
                try await desk.finish()
                if let path { logger.info("capture sealed", metadata: ["capture": "\(path)"]) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private func waitForShutdown() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            return
        }
    }

    private func bind(
        on group: MultiThreadedEventLoopGroup,
        desks: [LoopDesk]
    ) async throws -> any Channel {
        let listen = configuration.listen
        do {
            return try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.autoRead, value: false)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .wscapLegOptions()
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try desks.first { $0.eventLoop === channel.eventLoop }?.adopt(channel)
                    }
                }
                .bind(host: listen.host, port: listen.port)
                .get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw OperatorError(
                .unavailable,
                "Port \(listen.port) on \(listen.host) is in use; stop what listens there or "
                    + "choose another with --listen."
            )
        } catch let error as IOError {
            throw OperatorError(
                .unavailable,
                "Cannot listen on \(listen) "
                    + "(\(String(cString: strerror(error.errnoCode)).lowercased())); choose "
                    + "another address with --listen."
            )
        } catch let error as SocketAddressError {
            throw OperatorError(
                .usage,
                "'\(listen.host)' is no address of this machine (\(error)); choose another with "
                    + "--listen."
            )
        }
    }

    private static func text(_ address: SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else { return "" }
        return Endpoint(host: host, port: port).description
    }
}
