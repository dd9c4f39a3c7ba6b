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
    private let capturePath: String
    private let description: RunDescription
    private let logger: Logger

    /// Creates a proxy; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: Where it stands and how it behaves.
    ///   - capturePath: The capture's file, which must not exist.
    ///   - run: What the capture says of itself.
    ///   - logger: Where it reports.
    public init(
        configuration: ProxyConfiguration,
        capturePath: String,
        run: RunDescription,
        logger: Logger
    ) {
        self.configuration = configuration
        self.capturePath = capturePath
        description = run
        self.logger = logger
    }

    /// Runs until graceful shutdown.
    ///
    /// - Throws: ``OperatorError`` when the listener cannot be bound, ``StoreError`` when the
    ///   capture cannot be
    ///   created or sealed.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        do {
            try await serve(on: eventLoop)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(on eventLoop: any EventLoop) async throws {
        // The port first, the file second: a port in use leaves no empty capture behind. Nobody is
        // accepted
        // before both are there.
        let proxy = NIOLoopBoundBox<ProxyLoop?>.makeBoxSendingValue(nil, eventLoop: eventLoop)
        let listener = try await bind(on: eventLoop, proxy: proxy)
        let starter = ProxyLoop.Starter(
            configuration: configuration,
            capturePath: capturePath,
            run: description,
            logger: logger
        )
        do {
            try await eventLoop.submit {
                proxy.value = try starter.start(on: eventLoop)
            }.get()
            try await listener.setOption(.autoRead, value: true).get()
        } catch {
            try await listener.close().get()
            throw error
        }
        logger.info(
            "listening",
            metadata: [
                "address": "\(Self.text(listener.localAddress))",
                "upstream": "\(configuration.upstream)", "capture": "\(capturePath)",
            ]
        )
        try await waitForShutdown()
        logger.info("stopping", metadata: ["grace": "\(configuration.grace.inSeconds)s"])
        try await listener.close().get()
        try await drain(proxy, on: eventLoop)
        try await eventLoop.submit { try proxy.value?.finish() }.get()
        logger.info("capture sealed", metadata: ["capture": "\(capturePath)"])
    }

    private func waitForShutdown() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            return
        }
    }

    private func bind(
        on eventLoop: any EventLoop,
        proxy: NIOLoopBoundBox<ProxyLoop?>
    ) async throws -> any Channel {
        let listen = configuration.listen
        do {
            return try await ServerBootstrap(group: eventLoop)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.autoRead, value: false)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .wscapLegOptions()
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try proxy.value?.adopt(channel) }
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

    /// Waits until every connection has ended, and cuts those that have not when the grace period
    /// is over.
    private func drain(
        _ proxy: NIOLoopBoundBox<ProxyLoop?>,
        on eventLoop: any EventLoop
    ) async throws {
        let ended = try await eventLoop.flatSubmit {
            proxy.value?.shutDown() ?? eventLoop.makeSucceededFuture(true)
        }.get()
        if !ended {
            logger.warning("connections were cut: they did not end within the grace period")
        }
    }

    private static func text(_ address: SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else { return "" }
        return Endpoint(host: host, port: port).description
    }
}
