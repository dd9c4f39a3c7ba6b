internal import CaptureFormat
internal import CaptureStore
internal import Logging
internal import NIOCore
internal import RelayCore
internal import Vocabulary

/// All connections of one event loop, and their capture.
///
/// Confined to that loop.
final class ProxyLoop {
    /// Makes a ``ProxyLoop`` on its loop.
    struct Starter: Sendable {
        let configuration: ProxyConfiguration
        let capturePath: String
        let run: RunDescription
        let logger: Logger

        func start(on eventLoop: any EventLoop) throws(StoreError) -> ProxyLoop {
            let medium = try SimpleMedium(creating: capturePath)
            let recorder = LoopRecorder(
                recorder: CaptureRecorder(medium: medium, run: run),
                clock: AnchoredClock(),
                logger: logger
            )
            let loop = ProxyLoop(
                configuration: configuration,
                recorder: recorder,
                eventLoop: eventLoop
            )
            loop.begin()
            return loop
        }
    }

    private let configuration: ProxyConfiguration
    private let recorder: LoopRecorder
    private let eventLoop: any EventLoop
    private var connections: [ConnectionID: ConnectionDriver] = [:]
    private var lastID: UInt64 = 0
    private var ticker: Scheduled<Void>?
    private var allEnded: EventLoopPromise<Bool>?

    private init(
        configuration: ProxyConfiguration,
        recorder: LoopRecorder,
        eventLoop: any EventLoop
    ) {
        self.configuration = configuration
        self.recorder = recorder
        self.eventLoop = eventLoop
    }

    /// Takes an accepted client.
    func adopt(_ channel: any Channel) throws {
        lastID += 1
        let id = ConnectionID(rawValue: lastID)
        let driver = ConnectionDriver(
            id: id,
            configuration: configuration,
            recorder: recorder,
            eventLoop: eventLoop
        ) { [weak self] id in self?.ended(id) }
        connections[id] = driver
        try channel.pipeline.syncOperations.addHandler(
            LegHandler(leg: .downstream, connection: driver)
        )
    }

    /// Asks every connection to end.
    ///
    /// - Returns: Whether all of them ended within the grace period; the others are cut.
    func shutDown() -> EventLoopFuture<Bool> {
        let promise = eventLoop.makePromise(of: Bool.self)
        guard !connections.isEmpty else {
            promise.succeed(true)
            return promise.futureResult
        }
        allEnded = promise
        for driver in Array(connections.values) {
            driver.shutDown(maskKey: .random(in: .min ... .max))
        }
        let grace = TimeAmount.nanoseconds(configuration.grace.inNanoseconds)
        eventLoop.assumeIsolated().scheduleTask(in: grace) { self.cut() }
        return promise.futureResult
    }

    /// Seals the capture.
    func finish() throws(StoreError) {
        ticker?.cancel()
        ticker = nil
        try recorder.finish()
    }

    private func begin() {
        let settings = [
            ("listen", "\(configuration.listen)"), ("upstream", "\(configuration.upstream)"),
            ("on-upstream-failure", configuration.onUpstreamFailure.rawValue),
            ("handshake-timeout", "\(configuration.handshakeTimeout.inSeconds)s"),
            ("connect-timeout", "\(configuration.connectTimeout.inSeconds)s"),
            ("grace", "\(configuration.grace.inSeconds)s"),
            ("keep-secrets", "\(configuration.keepsSecrets)"),
        ]
        let notice = NoticeRecord(
            topic: "configuration",
            text: "recording began",
            values: settings.map { HeaderField(name: $0.0, value: $0.1) }
                + NoticeRecord.redaction(configuration.redactedPointers)
        )
        recorder.stage { $0.append(.notice(notice), arrival: recorder.now()) }
        recorder.commit()
        scheduleTick()
    }

    private func scheduleTick() {
        ticker = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.tick()
            self?.scheduleTick()
        }
    }

    private func tick() {
        recorder.watchClock()
        for driver in connections.values { driver.recordProgress() }
        recorder.commit()
    }

    private func ended(_ id: ConnectionID) {
        connections[id] = nil
        guard connections.isEmpty, let allEnded else { return }
        self.allEnded = nil
        // The record of the last end is staged and not yet committed: let the driver finish its
        // turn.
        eventLoop.assumeIsolated().execute { allEnded.succeed(true) }
    }

    private func cut() {
        guard let allEnded else { return }
        self.allEnded = nil
        for driver in Array(connections.values) { driver.cut() }
        eventLoop.assumeIsolated().execute { allEnded.succeed(false) }
    }
}
