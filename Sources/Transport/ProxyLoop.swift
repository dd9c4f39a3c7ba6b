internal import CaptureFormat
internal import CaptureStore
internal import Faults
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import RelayCore
internal import Telemetry
internal import Vocabulary

/// All connections of one event loop, and their capture.
///
/// Confined to that loop.
final class ProxyLoop {
    /// Makes a ``ProxyLoop`` on its loop.
    struct Starter: Sendable {
        let configuration: ProxyConfiguration
        let recording: RecordingConfiguration
        let run: RunDescription
        /// The loop's number among all of the proxy's, from 0.
        let index: Int
        let stop: StopFlag
        /// One clock for all loops, so that their files can be read as one.
        let clock: AnchoredClock
        let security: TLSContexts
        let logger: Logger

        func start(on eventLoop: any EventLoop, hold: HoldFlag) throws(StoreError) -> ProxyLoop {
            let names = try CaptureNames(
                at: recording.capture,
                runID: run.runID,
                proxy: run.proxy,
                loop: recording.loopCount > 1 ? index + 1 : nil,
                now: run.started
            )
            let volume = try CaptureVolume(
                folder: names.folder,
                name: names.ringName,
                options: recording.store
            )
            if let reason = volume.reason {
                logger.notice("recording without a ring", metadata: ["reason": "\(reason)"])
            }
            let loop = ProxyLoop(
                configuration: configuration,
                recorder: try recorder(volume: volume, names: names, hold: hold),
                index: index,
                loopCount: recording.loopCount,
                eventLoop: eventLoop,
                security: security,
                complaints: ComplaintLog(logger)
            )
            loop.begin(recording: recording, store: volume.kind)
            return loop
        }

        private func recorder(
            volume: CaptureVolume,
            names: CaptureNames,
            hold: HoldFlag
        ) throws(StoreError) -> LoopRecorder {
            var run = run
            if recording.loopCount > 1 {
                run.values += [
                    HeaderField(name: "loop", value: String(index + 1)),
                    HeaderField(name: "loops", value: String(recording.loopCount)),
                ]
            }
            do throws(StoreError) {
                return try LoopRecorder(
                    volume: volume,
                    names: names,
                    run: run,
                    configuration: recording,
                    clock: clock,
                    stop: stop,
                    hold: hold,
                    loop: index + 1,
                    logger: logger
                )
            } catch {
                try volume.shutDown()
                throw error
            }
        }
    }

    private var configuration: ProxyConfiguration
    private let recorder: LoopRecorder
    private let meter: LoopMeter
    /// What connections are to suffer.
    private var plan: FaultPlan
    private let eventLoop: any EventLoop
    private let index: Int
    private let loopCount: Int
    private var connections: [ConnectionID: ConnectionDriver] = [:]
    private var acceptedCount: UInt64 = 0
    private var ticker: Scheduled<Void>?
    private var allEnded: EventLoopPromise<Bool>?
    /// What legs need to speak TLS.
    private var security: TLSContexts
    private let complaints: ComplaintLog

    private init(
        configuration: ProxyConfiguration,
        recorder: LoopRecorder,
        index: Int,
        loopCount: Int,
        eventLoop: any EventLoop,
        security: TLSContexts,
        complaints: ComplaintLog
    ) {
        self.security = security
        self.complaints = complaints
        self.configuration = configuration
        plan = configuration.faults
        meter = LoopMeter(proxy: configuration.name, hub: configuration.hub)
        self.recorder = recorder
        self.index = index
        self.loopCount = loopCount
        self.eventLoop = eventLoop
    }

    /// The file that is being written.
    var capturePath: String { recorder.path }

    /// Takes an accepted client.
    func adopt(_ channel: any Channel) throws {
        guard !recorder.isRefusing else {
            channel.close(promise: nil)
            return
        }
        // Numbers are unique within the run, whichever loop gives them.
        let id = ConnectionID(
            rawValue: acceptedCount * UInt64(loopCount) + UInt64(index) + 1
        )
        acceptedCount += 1
        let driver = ConnectionDriver(
            id: id,
            configuration: configuration,
            recorder: recorder,
            meter: meter,
            eventLoop: eventLoop,
            security: security,
            complaints: complaints
        ) { [weak self] id in self?.ended(id) }
        connections[id] = driver
        let pipeline = channel.pipeline.syncOperations
        if configuration.addresses.believed != nil {
            let reader = HeaderReader()
            driver.headerReader = reader
            try pipeline.addHandler(reader)
        }
        let gauge = security.downstream == nil ? nil : CiphertextGauge()
        if let gauge { try pipeline.addHandler(gauge) }
        if let context = security.downstream {
            try pipeline.addHandler(NIOSSLServerHandler(context: context))
        }
        try pipeline.addHandler(LegHandler(leg: .downstream, connection: driver, gauge: gauge))
    }

    /// Connections that come from now on speak TLS with other files.
    func secure(_ security: TLSContexts) {
        self.security = security
        recorder.noteConfiguration("the files of TLS were read again")
        _ = recorder.commit()
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

    // MARK: Faults

    /// Swaps the plan, for connections that are open and for those to come, and records why.
    func apply(_ plan: FaultPlan, _ changes: [FaultChangeRecord]) {
        self.plan = plan
        configuration.faults = plan
        plan.begin(at: recorder.now())
        recorder.stage { capture in
            for change in changes { capture.append(.faultChange(change), arrival: recorder.now()) }
        }
        if index == 0 { tell(changes) }
        for driver in inOrder { driver.apply(plan) }
        _ = recorder.commit()
    }

    private func tell(_ changes: [FaultChangeRecord]) {
        for change in changes {
            meter.tell(
                .fault(action: change.action, name: change.fault, type: change.type),
                at: recorder.now()
            )
        }
    }

    /// Passes clients that come from now on to another upstream.
    func retarget(_ upstream: Endpoint) {
        guard upstream != configuration.upstream else { return }
        configuration.upstream = upstream
        if let index = recorder.settings.firstIndex(where: { $0.name == "upstream" }) {
            recorder.settings[index].value = upstream.description
        }
        recorder.noteConfiguration("the upstream was changed")
        _ = recorder.commit()
    }

    /// Records a change and ends every connection.
    func endAll(_ change: FaultChangeRecord, cause: String) {
        recorder.stage { $0.append(.faultChange(change), arrival: recorder.now()) }
        if index == 0 { tell([change]) }
        let ending = inOrder
        for driver in ending { driver.end(cause: cause) }
        _ = recorder.commit()
        cut(ending)
    }

    /// Cuts connections that have not ended by themselves when the grace period is over.
    ///
    /// A peer that does not read would keep what is still to be written for ever.
    private func cut(_ ending: [ConnectionDriver]) {
        let grace = TimeAmount.nanoseconds(configuration.grace.inNanoseconds)
        eventLoop.assumeIsolated().scheduleTask(in: grace) {
            for driver in ending where self.connections[driver.id] === driver { driver.cut() }
        }
    }

    /// Ends one connection, or all, as somebody has asked for it, and records who it was.
    ///
    /// - Returns: How many there were to end.
    func terminate(_ id: ConnectionID?, _ how: Termination, source: String) -> Int {
        let ending = id.map { [connections[$0]].compactMap(\.self) } ?? inOrder
        guard !ending.isEmpty else { return 0 }
        var values = [
            HeaderField(name: "how", value: how.cause),
            HeaderField(name: "connections", value: id?.description ?? "all"),
            HeaderField(name: "source", value: source),
        ]
        if case .close(let code, let reason) = how {
            values.append(HeaderField(name: "code", value: String(code)))
            values.append(HeaderField(name: "reason", value: reason))
        }
        let notice = NoticeRecord(
            topic: "control",
            text: "connections were ended on request",
            values: values
        )
        recorder.stage { $0.append(.notice(notice), arrival: recorder.now()) }
        for driver in ending { driver.terminate(how, maskKey: .random(in: .min ... .max)) }
        _ = recorder.commit()
        cut(ending)
        return ending.count
    }

    // MARK: As it stands

    /// What the loop has done, and the connections that are asked for.
    func snapshot(_ query: ConnectionQuery) -> ProxySnapshot {
        var shot = ProxySnapshot(name: configuration.name)
        shot.tally = meter.tally
        recorder.count(into: &shot.tally)
        for driver in connections.values {
            for direction in Direction.allCases {
                shot.tally.add(driver.tally(direction), direction)
            }
            for (fault, count) in driver.faultCounts { shot.tally.countFault(fault, count) }
            if driver.isWebSocket { shot.webSocketCount += 1 }
        }
        shot.activeCount = connections.count
        shot.connections = drivers(query).map { $0.snapshot() }
        shot.captures = recorder.files
        shot.captureProblem = recorder.problem
        shot.isCaptureBinding = recorder.isProblemBinding
        return shot
    }

    private func drivers(_ query: ConnectionQuery) -> [ConnectionDriver] {
        switch query {
        case .none: []
        case .one(let id): [connections[id]].compactMap(\.self)
        case .page(let after, let count):
            connections.keys.filter { $0 > after }.sorted().prefix(count)
                .compactMap { connections[$0] }
        }
    }

    // MARK: The capture

    /// Ends the file now, and goes on in a new one.
    ///
    /// - Throws: ``StoreError`` when that cannot be done.
    /// - Returns: The finished file.
    func rotate() throws(StoreError) -> CaptureSnapshot? {
        try recorder.rotateNow()
    }

    /// Puts a label on the timeline.
    func mark(_ mark: MarkRecord) {
        recorder.stage { $0.append(.mark(mark), arrival: recorder.now()) }
        if index == 0 { meter.tell(.mark(label: mark.label), at: recorder.now()) }
        _ = recorder.commit()
    }

    private var inOrder: [ConnectionDriver] {
        connections.values.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// Seals the capture.
    func finish() throws(StoreError) {
        ticker?.cancel()
        ticker = nil
        try recorder.finish()
    }

    private func begin(recording: RecordingConfiguration, store: StoreOptions.Kind) {
        let settings = [
            ("listen", "\(configuration.listen)"), ("upstream", "\(configuration.upstream)"),
            ("on-upstream-failure", configuration.onUpstreamFailure.rawValue),
            ("handshake-timeout", "\(configuration.handshakeTimeout.inSeconds)s"),
            ("connect-timeout", "\(configuration.connectTimeout.inSeconds)s"),
            ("grace", "\(configuration.grace.inSeconds)s"),
            ("keep-secrets", "\(configuration.keepsSecrets)"),
            ("store", store.rawValue), ("sync", recording.store.sync.rawValue),
            ("on-capture-failure", recording.onFailure.rawValue),
        ]
        recorder.settings =
            settings.map { HeaderField(name: $0.0, value: $0.1) } + configuration.extraSettings
            + NoticeRecord.redaction(configuration.redactedPointers)
        recorder.onFreshFile = { [weak self] in self?.resumeAll() }
        recorder.onRefusal = { [weak self] in self?.abortAll() }
        recorder.noteConfiguration("recording began")
        plan.begin(at: recorder.now())
        recorder.stage { capture in
            for change in configuration.faultChanges {
                capture.append(.faultChange(FaultChangeRecord(change)), arrival: recorder.now())
            }
        }
        _ = recorder.commit()
        scheduleTick()
    }

    /// Tells a file that begins now of the faults at work and of every open connection.
    private func resumeAll() {
        recorder.stage { capture in
            for toxic in plan.toxics {
                let change = FaultChange(.active, toxic: toxic, seed: plan.seed, source: "")
                capture.append(.faultChange(FaultChangeRecord(change)), arrival: recorder.now())
            }
        }
        for driver in inOrder { driver.resume() }
    }

    /// Ends every connection once the turn of the one that could not be recorded is over.
    private func abortAll() {
        eventLoop.assumeIsolated().execute {
            for driver in Array(self.connections.values) { driver.abort() }
        }
    }

    private func scheduleTick() {
        ticker = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.tick()
            self?.scheduleTick()
        }
    }

    private func tick() {
        recorder.tick()
        for driver in connections.values { driver.recordProgress() }
        _ = recorder.commit()
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
