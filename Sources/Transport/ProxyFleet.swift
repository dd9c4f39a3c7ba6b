public import Faults
public import Logging
public import ServiceLifecycle
private import Synchronization
public import Telemetry
public import Vocabulary

/// All proxies of a process, those that were configured and those that came later, by name.
///
/// Proxies that come later are run by the fleet itself, and end with the process or when they are removed.
public actor ProxyFleet: Service {
    /// Makes a proxy that was not configured.
    public typealias Maker =
        @Sendable (
            _ name: String, _ listen: Endpoint, _ upstream: Endpoint,
            _ onRunning: @escaping @Sendable (ProxyHandle) -> Void
        ) throws -> ProxyService

    private let make: Maker
    private let logger: Logger
    private var handles: [String: ProxyHandle] = [:]
    private var launched: [ProxyHandle] = []
    private var plans: [String: FaultPlan]
    private let base: FaultPlan
    private var tasks: [Task<Void, Never>] = []
    private nonisolated let joined = AsyncStream<Void>.makeStream()

    /// Creates an empty fleet.
    ///
    /// - Parameters:
    ///   - plans: What the connections of configured proxies suffer from the start.
    ///   - base: What connections of other proxies suffer from the start, and its limits.
    ///   - logger: Where it reports.
    ///   - make: Makes a proxy that was not configured.
    public init(
        plans: [String: FaultPlan] = [:],
        base: FaultPlan,
        logger: Logger,
        make: @escaping Maker
    ) {
        self.plans = plans
        self.base = base
        self.logger = logger
        self.make = make
    }

    /// Takes a configured proxy that has begun to listen.
    ///
    /// - Returns: Where clients connect.
    public func join(_ handle: ProxyHandle) async -> Endpoint? {
        handles[handle.name] = handle
        joined.continuation.yield()
        return await handle.address
    }

    /// Returns when so many configured proxies have joined, or when the process is to end.
    public nonisolated func waitForJoined(_ count: Int) async {
        var left = count
        guard left > 0 else { return }
        for await _ in joined.stream.cancelOnGracefulShutdown() {
            left -= 1
            guard left > 0 else { return }
        }
    }

    /// Waits for graceful shutdown, and then for the proxies that the fleet runs itself.
    public func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            // The process ends all the same.
        }
        for handle in launched { handle.retire() }
        for task in tasks { await task.value }
    }

    /// Accepts clients of a proxy, and creates it if it is new.
    ///
    /// - Throws: ``ProxyHandle/Failure``, ``OperatorError``, or what the capture's store throws.
    /// - Returns: Where clients connect.
    public func start(
        _ name: String,
        listen: Endpoint,
        upstream: Endpoint,
        change: FaultChange
    ) async throws -> Endpoint {
        let plan = plans[name] ?? base
        if let handle = handles[name] {
            return try await handle.start(
                listen: listen,
                upstream: upstream,
                change: change,
                plan: plan
            )
        }
        let handle = try await launch(name, listen: listen, upstream: upstream)
        handles[name] = handle
        launched.append(handle)
        try await handle.apply(plan, [change])
        return await handle.address ?? listen
    }

    /// Accepts nobody any more, and closes the connections.
    public func stop(_ name: String, change: FaultChange) async throws {
        try await handles[name]?.stop(change)
    }

    /// Stops and forgets a proxy.
    public func remove(_ name: String, change: FaultChange) async throws {
        plans[name] = nil
        guard let handle = handles.removeValue(forKey: name) else { return }
        defer { handle.retire() }
        try await handle.stop(change)
    }

    /// Lets the connections of a proxy suffer a plan; it is kept for a proxy that is not running yet.
    public func apply(
        _ plan: FaultPlan,
        to name: String,
        changes: [FaultChange]
    ) async throws {
        plans[name] = plan
        try await handles[name]?.apply(plan, changes)
    }

    // MARK: As it stands

    /// Some proxies as they stand; those that do not run are left out.
    ///
    /// - Parameters:
    ///   - names: Those that are wanted.
    ///   - query: The connections that are wanted.
    /// - Returns: In the order of their names.
    public func snapshots(
        of names: [String],
        _ query: ConnectionQuery
    ) async -> [ProxySnapshot] {
        let wanted = names.compactMap { handles[$0] }
        // Side by side: one that is held must not make the others late.
        let shots = await withTaskGroup(of: ProxySnapshot.self) { group in
            for handle in wanted { group.addTask { await handle.snapshot(query) } }
            return await group.reduce(into: [ProxySnapshot]()) { $0.append($1) }
        }
        return shots.sorted { $0.name < $1.name }
    }

    /// Ends one connection of a proxy, or all.
    ///
    /// - Parameters:
    ///   - id: The connection; `nil` for all.
    ///   - name: The proxy.
    ///   - how: In what way.
    ///   - source: Who asked, for the record.
    /// - Throws: ``ProxyHandle/Failure/deadline``.
    /// - Returns: How many there were to end.
    public func terminate(
        _ id: ConnectionID?,
        of name: String,
        _ how: Termination,
        source: String
    ) async throws -> Int {
        try await handles[name]?.terminate(id, how, source: source) ?? 0
    }

    /// Ends the files that are being written, and begins new ones.
    ///
    /// - Parameter name: The proxy.
    /// - Throws: ``ProxyHandle/Failure/deadline``, or what the capture's store throws.
    /// - Returns: The finished files.
    public func rotate(_ name: String) async throws -> [CaptureSnapshot] {
        try await handles[name]?.rotate() ?? []
    }

    /// Puts a label on a proxy's timeline.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - name: The proxy.
    ///   - source: Who asked, for the record.
    /// - Throws: ``ProxyHandle/Failure/deadline``.
    public func mark(_ label: String, on name: String, source: String) async throws {
        try await handles[name]?.mark(label, source: source)
    }

    /// Runs a new proxy, and returns once it accepts clients.
    private func launch(
        _ name: String,
        listen: Endpoint,
        upstream: Endpoint
    ) async throws -> ProxyHandle {
        let logger = logger
        return try await withCheckedThrowingContinuation { continuation in
            let waiting = Waiting(continuation)
            do {
                let service = try make(name, listen, upstream) { waiting.resume(.success($0)) }
                tasks.append(
                    Task {
                        do {
                            try await service.runTold()
                        } catch {
                            guard !waiting.resume(.failure(error)) else { return }
                            logger.error(
                                "a proxy has ended",
                                metadata: ["proxy": "\(name)", "reason": "\(error)"]
                            )
                        }
                    }
                )
            } catch {
                waiting.resume(.failure(error))
            }
        }
    }
}

/// A caller that waits for a proxy to begin; it is answered once.
private final class Waiting: Sendable {
    private let continuation: Mutex<CheckedContinuation<ProxyHandle, any Error>?>

    init(_ continuation: CheckedContinuation<ProxyHandle, any Error>) {
        self.continuation = Mutex(continuation)
    }

    /// Answers; `false` when somebody has before.
    @discardableResult
    func resume(_ result: Result<ProxyHandle, any Error>) -> Bool {
        let waiting = continuation.withLock { $0.take() }
        waiting?.resume(with: result)
        return waiting != nil
    }
}
