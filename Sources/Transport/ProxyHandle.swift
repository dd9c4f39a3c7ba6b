internal import CaptureFormat
public import Faults
internal import NIOCore
internal import NIOPosix
internal import Telemetry
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// A running proxy as whoever controls it sees it: its listener, and what its connections suffer.
///
/// Calls come one after another. They wait for the event loops and never for a peer, and no longer than
/// ``deadline``.
public actor ProxyHandle {
    /// Why something could not be done.
    public enum Failure: Error, Equatable {
        /// Nobody can listen there; the reason is the kernel's.
        case bind(reason: String, isInUse: Bool)
        /// It is no address of this machine.
        case address(reason: String)
        /// The event loops did not answer in time; what was asked for happens when they do.
        case deadline
    }

    /// How long a call waits for the event loops.
    static let deadline = TimeAmount.seconds(5)

    /// The proxy's name.
    public nonisolated let name: String
    private let group: MultiThreadedEventLoopGroup
    let desks: [LoopDesk]
    private let security: LegSecurity
    private let keyLog: KeyLog?
    private var listener: (any Channel)?
    /// What each loop has last said of itself.
    var lastSnapshots: [Int: ProxySnapshot] = [:]
    private nonisolated let retirement = AsyncStream<Void>.makeStream()

    init(
        configuration: ProxyConfiguration,
        group: MultiThreadedEventLoopGroup,
        desks: [LoopDesk],
        keyLog: KeyLog?
    ) {
        name = configuration.name
        security = configuration.security
        self.keyLog = keyLog
        self.group = group
        self.desks = desks
    }

    // MARK: The listener

    /// Where clients connect; `nil` while nobody can.
    public var address: Endpoint? {
        guard let address = listener?.localAddress, let host = address.ipAddress,
            let port = address.port
        else { return nil }
        return Endpoint(host: host, port: port)
    }

    /// Takes a place to listen at; nobody is accepted before ``accept()``.
    ///
    /// - Throws: ``Failure``.
    /// - Returns: Where clients will connect.
    func bind(_ listen: Endpoint) async throws -> Endpoint {
        do {
            listener = try await bootstrap().bind(host: listen.host, port: listen.port).get()
        } catch let error as IOError {
            throw Failure.bind(
                reason: String(cString: strerror(error.errnoCode)).lowercased(),
                isInUse: error.errnoCode == EADDRINUSE
            )
        } catch let error as SocketAddressError {
            throw Failure.address(reason: "\(error)")
        }
        return address ?? listen
    }

    private func bootstrap() -> ServerBootstrap {
        let desks = desks
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .wscapLegOptions()
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try desks.first { $0.eventLoop === channel.eventLoop }?.adopt(channel)
                }
            }
    }

    /// Lets clients in.
    func accept() async throws {
        try await listener?.setOption(.autoRead, value: true).get()
    }

    /// Lets nobody in any more.
    func close() async throws {
        guard let listener else { return }
        self.listener = nil
        try await listener.close().get()
    }

    // MARK: Control

    /// Listens at a place, and passes clients on to an upstream.
    ///
    /// - Throws: ``Failure``.
    /// - Returns: Where clients connect.
    public func start(
        listen: Endpoint,
        upstream: Endpoint,
        change: FaultChange,
        plan: FaultPlan
    ) async throws -> Endpoint {
        try await close()
        let address = try await bind(listen)
        for desk in desks {
            try await within(desk.retarget(upstream))
            try await within(desk.apply(plan, [FaultChangeRecord(change)]))
        }
        try await accept()
        return address
    }

    /// Lets nobody in any more, and closes every connection.
    ///
    /// - Throws: ``Failure/deadline``.
    public func stop(_ change: FaultChange) async throws {
        try await close()
        let record = FaultChangeRecord(change)
        let ends = desks.map { $0.endAll(record, cause: "proxy-\(change.action.rawValue)") }
        for end in ends { try await within(end) }
    }

    /// Lets connections suffer a plan.
    ///
    /// - Throws: ``Failure/deadline``.
    public func apply(_ plan: FaultPlan, _ changes: [FaultChange]) async throws {
        let records = changes.map(FaultChangeRecord.init)
        let swaps = desks.map { $0.apply(plan, records) }
        for swap in swaps { try await within(swap) }
    }

    /// Reads the files of TLS again; connections that come from now on have them.
    ///
    /// - Throws: ``OperatorError`` when one of them is no good: then all stays as it is.
    ///   ``Failure/deadline``.
    public func reloadSecurity() async throws {
        guard security.downstream != nil || security.upstream != nil else { return }
        let contexts = try TLSContexts(security, keyLog: keyLog)
        for desk in desks { try await within(desk.secure(contexts)) }
    }

    /// Ends the proxy for good: its capture is sealed.
    public nonisolated func retire() {
        retirement.continuation.finish()
    }

    /// Returns once the proxy is to end.
    nonisolated func retired() async {
        for await _ in retirement.stream {}
    }

    /// Waits for the event loops, but not for ever: one of them may be held by a disk.
    func within<Answer: Sendable>(
        _ future: EventLoopFuture<Answer>,
        _ deadline: TimeAmount = ProxyHandle.deadline
    ) async throws -> Answer {
        let clock = MultiThreadedEventLoopGroup.singleton.any()
        let promise = clock.makePromise(of: Answer.self)
        future.cascade(to: promise)
        let limit = clock.scheduleTask(in: deadline) { promise.fail(Failure.deadline) }
        defer { limit.cancel() }
        return try await promise.futureResult.get()
    }
}

extension ProxyHandle.Failure {
    /// For the operator who asked for the listener on the command line.
    func sentence(listen: Endpoint) -> OperatorError {
        switch self {
        case .bind(_, true):
            OperatorError(
                .unavailable,
                "Port \(listen.port) on \(listen.host) is in use; stop what listens there or "
                    + "choose another with --listen."
            )
        case .bind(let reason, false):
            OperatorError(
                .unavailable,
                "Cannot listen on \(listen) (\(reason)); choose another address with --listen."
            )
        case .address(let reason):
            OperatorError(
                .usage,
                "'\(listen.host)' is no address of this machine (\(reason)); choose another with "
                    + "--listen."
            )
        case .deadline:
            OperatorError(.unavailable, "The proxy on \(listen) did not answer in time.")
        }
    }
}

extension FaultChangeRecord {
    /// The change as the capture tells it.
    init(_ change: FaultChange) {
        self.init(action: change.action.rawValue, seed: change.seed, source: change.source)
        guard let toxic = change.toxic else { return }
        fault = toxic.name
        type = toxic.fault.type
        stream = toxic.direction == .clientToServer ? "upstream" : "downstream"
        toxicity = "\(toxic.toxicity)"
        attributes = toxic.fault.attributes.map {
            HeaderField(name: $0.name, value: "\($0.value)")
        }
    }
}
