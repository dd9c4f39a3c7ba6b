import Logging
import ReferencePeers
import Vocabulary

/// Runs a dashboard on a free port of the loopback while `body` runs, then stops it.
func withDashboard<Value: Sendable>(
    _ settings: DashboardSettings = .onFreePort(),
    stop: StopSignal = StopSignal(),
    logger: Logger = .silent,
    _ body: (Endpoint) async throws -> Value
) async throws -> Value {
    let (addresses, continuation) = AsyncStream.makeStream(of: Endpoint.self)
    let dashboard = Dashboard(settings: settings, logger: logger)
    async let ended: Void = {
        // Whoever waits for an address must not wait for ever.
        defer { continuation.finish() }
        try await dashboard.run(until: stop) { continuation.yield($0) }
    }()
    let result: Result<Value, any Error>
    do {
        guard let address = await addresses.first(where: { _ in true }) else {
            try await ended
            throw NeverListened()
        }
        result = .success(try await body(address))
    } catch {
        result = .failure(error)
    }
    stop.stop()
    try await ended
    return try result.get()
}

/// The dashboard ended before it listened.
struct NeverListened: Error {}

extension DashboardSettings {
    /// Settings for the loopback and a port of the kernel's choice.
    static func onFreePort(received: String? = nil, work: Duration = .zero) -> DashboardSettings {
        var settings = DashboardSettings()
        settings.address = Endpoint(host: "127.0.0.1", port: 0)
        settings.received = received
        settings.work = work
        settings.grace = .seconds(2)
        return settings
    }
}

extension BotSettings {
    /// Settings of a bot that publishes quickly and then ends.
    static func quick(
        to address: Endpoint,
        count: UInt64 = 200,
        journal: String? = nil,
        delivery: DeliveryMode = .resend
    ) -> BotSettings {
        var settings = BotSettings()
        settings.url = WebSocketURL(address: address, target: "/ws")
        settings.pace = .rate(2000)
        settings.count = count
        settings.queueSize = 10_000
        settings.retryDelay = .milliseconds(20)
        settings.retriesMax = 0
        settings.journal = journal
        settings.delivery = delivery
        return settings
    }
}

extension Logger {
    /// A logger that says nothing.
    static var silent: Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }

    /// A logger that says nothing, but calls `action` upon one message.
    static func listening(
        for message: String,
        _ action: @escaping @Sendable () -> Void
    ) -> Logger {
        Logger(label: "test") { _ in ListeningLogHandler(message: message, action: action) }
    }
}

private struct ListeningLogHandler: LogHandler {
    let message: String
    let action: @Sendable () -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(message: String, action: @escaping @Sendable () -> Void) {
        self.message = message
        self.action = action
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.message.description == message { action() }
    }
}
