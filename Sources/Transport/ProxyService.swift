public import CaptureFormat
internal import CaptureStore
public import Logging
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle
internal import Vocabulary

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
    private let onRunning: @Sendable (ProxyHandle) async -> Void
    private let stop = StopFlag()

    /// Creates a proxy; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: Where it stands and how it behaves.
    ///   - recording: Where and how it records.
    ///   - run: What the capture says of itself.
    ///   - clock: Gives every record its time.
    ///   - logger: Where it reports.
    ///   - onRunning: Told once, when clients are accepted.
    public init(
        configuration: ProxyConfiguration,
        recording: RecordingConfiguration,
        run: RunDescription,
        clock: AnchoredClock,
        logger: Logger,
        onRunning: @escaping @Sendable (ProxyHandle) async -> Void = { _ in }
    ) {
        self.onRunning = onRunning
        self.clock = clock
        self.configuration = configuration
        self.recording = recording
        description = run
        self.logger = logger
    }

    /// Runs until graceful shutdown, or until its handle says that it is over.
    ///
    /// - Throws: ``OperatorError`` when the listener cannot be bound, ``StoreError`` when the
    ///   capture cannot be
    ///   created or sealed.
    public func run() async throws {
        do throws(any Error) {
            try await runTold()
        } catch let error as ProxyHandle.Failure {
            throw error.sentence(listen: configuration.listen)
        }
    }

    /// The same, with the listener's failure as it is.
    func runTold() async throws {
        let keyLog = try configuration.security.keyLog.map(KeyLog.init)
        let security = try TLSContexts(configuration.security, keyLog: keyLog)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: recording.loopCount)
        do {
            try await serve(on: group, security, keyLog)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(
        on group: MultiThreadedEventLoopGroup,
        _ security: TLSContexts,
        _ keyLog: KeyLog?
    ) async throws {
        // The port first, the files second: a port in use leaves no empty capture behind. Nobody is
        // accepted before both are there.
        let desks = group.makeIterator().map(LoopDesk.init)
        let handle = ProxyHandle(
            configuration: configuration,
            group: group,
            desks: desks,
            keyLog: keyLog
        )
        let address = try await handle.bind(configuration.listen)
        do {
            try await start(desks, security)
            try await handle.accept()
        } catch {
            try await handle.close()
            for desk in desks { try await desk.finish() }
            throw error
        }
        let captures = try await paths(of: desks)
        let isSecure = configuration.security.upstream != nil
        logger.info(
            "listening",
            metadata: [
                "address": "\(address)",
                "upstream": "\(isSecure ? "wss://" : "")\(configuration.upstream)",
                "capture": "\(captures.joined(separator: " "))",
            ]
        )
        for caution in configuration.cautions { logger.warning("\(caution)") }
        await onRunning(handle)
        try await waitForShutdown(of: handle)
        stop.raise()
        logger.info("stopping", metadata: ["grace": "\(configuration.grace.inSeconds)s"])
        try await handle.close()
        try await end(desks)
    }

    private func start(_ desks: [LoopDesk], _ security: TLSContexts) async throws {
        for (index, desk) in desks.enumerated() {
            let starter = ProxyLoop.Starter(
                configuration: configuration,
                recording: recording,
                run: description,
                index: index,
                stop: stop,
                clock: clock,
                security: security,
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

    private func waitForShutdown(of handle: ProxyHandle) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Self.gracefulEnd() }
            group.addTask { await handle.retired() }
            _ = try await group.next()
            group.cancelAll()
        }
    }

    private static func gracefulEnd() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            return
        }
    }
}
