internal import CaptureFormat
internal import Faults
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import ProxyProtocol
internal import RelayCore
internal import Telemetry
internal import Vocabulary

#if canImport(Glibc)
private import Glibc
#endif

/// Carries out the wishes of one relay, and tells it what happens.
///
/// Confined to its event loop.
///
/// The order that everything rests on: records are staged, ``LoopRecorder/commit()`` puts them into
/// the kernel,
/// and only then are the channels flushed.
final class ConnectionDriver {
    let id: ConnectionID
    let configuration: ProxyConfiguration
    let recorder: LoopRecorder
    let meter: LoopMeter
    let eventLoop: any EventLoop
    /// What the legs need to speak TLS.
    let security: TLSContexts
    let complaints: ComplaintLog
    private let onFinished: (ConnectionID) -> Void

    private var relay: Relay
    private var commands: [RelayCommand] = []
    /// An event is being carried out; further ones wait.
    private var isRunning = false
    private var waiting: [RelayEvent] = []
    /// What an event has made happen at once is to be committed and flushed with it.
    private var isSettlingDue = false
    /// Reads what a client has to say, or must not say, of where it is; `nil` where nobody is believed.
    var headerReader: HeaderReader?
    /// What the client has said of that.
    var header: ProxyHeader?
    private(set) var downstream: LegState?
    var upstream: LegState?
    private var handshakeTimer: Scheduled<Void>?
    /// Set while a fault waits for its time.
    private var faultTimer: Scheduled<Void>?
    private var isIntroduced = false
    /// When the client was accepted.
    private var opened = Instant.epoch
    /// The time of the last event.
    private var eventTime = Instant.epoch
    /// When the first bytes of this tick came; `nil` when none have.
    private var tickBegan: Instant?
    /// Bytes have passed, or the kernel still holds some, since progress was last recorded.
    private var isProgressDue = false

    /// How long a reset waits for the kernel to send what was written before it, and how often it
    /// looks.
    private static let drainDeadline = TimeAmount.milliseconds(500)
    private static let drainInterval = TimeAmount.milliseconds(5)

    init(
        id: ConnectionID,
        configuration: ProxyConfiguration,
        recorder: LoopRecorder,
        meter: LoopMeter,
        eventLoop: any EventLoop,
        security: TLSContexts,
        complaints: ComplaintLog,
        onFinished: @escaping (ConnectionID) -> Void
    ) {
        self.id = id
        self.configuration = configuration
        self.recorder = recorder
        self.meter = meter
        self.eventLoop = eventLoop
        self.security = security
        self.complaints = complaints
        self.onFinished = onFinished
        relay = Relay(connection: id, configuration: configuration.relay)
        commands.reserveCapacity(4)
    }

    // MARK: What happens

    /// The client's channel is ready.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - gauge: What lies between TLS and the socket; `nil` for a plain leg.
    func accepted(_ channel: any Channel, gauge: CiphertextGauge?) {
        downstream = LegState(
            channel: channel,
            kernel: Self.kernel(of: channel, isDialled: false),
            gauge: gauge,
            isSecured: gauge == nil
        )
        let awaitsHeader = readHeader(of: channel)
        // Header and handshake are read before the relay reads.
        if gauge != nil || awaitsHeader { channel.read() }
        if configuration.handshakeTimeout > .zero {
            let delay = TimeAmount.nanoseconds(configuration.handshakeTimeout.inNanoseconds)
            handshakeTimer = eventLoop.assumeIsolated().scheduleTask(in: delay) {
                self.tell(.handshakeTimeout)
            }
        }
        opened = recorder.now()
        let client = Self.text(channel.remoteAddress)
        if !awaitsHeader { introduce(client) }
        tell(
            .accepted(
                local: Self.text(channel.localAddress),
                remote: client,
                awaitsHeader: awaitsHeader
            )
        )
    }

    /// Counts the client, once it is known where it is or that it will not say.
    func introduce(_ client: @autoclosure () -> String) {
        guard !isIntroduced else { return }
        isIntroduced = true
        meter.accepted(id, client: client(), at: opened)
    }

    @inline(__always)
    func received(_ buffer: ByteBuffer, on leg: Leg) {
        isProgressDue = true
        run(.received(leg, buffer))
        if tickBegan == nil { tickBegan = eventTime }
        meter.received(relay, leg.inbound, at: eventTime)
    }

    /// The tick of one channel is over: what it read becomes evidence, then leaves.
    func readComplete() {
        settle()
    }

    func inputClosed(on leg: Leg) {
        tell(.inputClosed(leg))
    }

    func writabilityChanged(on leg: Leg, isWritable: Bool) {
        tell(.writable(leg, isWritable))
    }

    /// Takes an error of a leg.
    ///
    /// - Returns: Whether the leg is over.
    func failed(on leg: Leg, _ error: any Error) -> Bool {
        if let state = self[leg], state.gauge != nil, !(error is IOError) {
            return failed(state, on: leg, error)
        }
        let code = (error as? IOError)?.errnoCode
        let isReset = code == ECONNRESET || code == EPIPE
        meter.broken()
        tell(.broken(leg, isReset: isReset, detail: Self.explain(error)))
        return true
    }

    private func failed(_ state: LegState, on leg: Leg, _ error: any Error) -> Bool {
        // A peer that ends TCP without a word of TLS: what comes next says how the leg ended.
        if error as? NIOSSLError == .uncleanShutdown { return false }
        meter.broken()
        // TLS closes the channel itself.
        state.isClosing = true
        let detail = TLSFailure.explain(
            error,
            on: leg,
            peer: Self.certificate(of: state.channel),
            alert: state.gauge?.plainAlert,
            isAgreed: state.isSecured,
            now: recorder.now()
        )
        complaints.add(id, detail, at: recorder.now())
        tell(.insecure(leg, detail: detail))
        return true
    }

    /// The client's leg speaks TLS.
    func secured(applicationProtocol: String) {
        guard let downstream else { return }
        downstream.isSecured = true
        downstream.gauge?.handshakeEnded()
        tell(.secured(facts(.downstream, of: downstream.channel, applicationProtocol)))
    }

    func closed(_ leg: Leg) {
        let state = self[leg]
        if let state, leg == .downstream { introduce(Self.text(state.channel.remoteAddress)) }
        state?.isGone = true
        if let state, !state.isClosing {
            // Unasked, a channel ends at the peer's FIN when ours has gone before, or when a write
            // has met a reset.
            if !state.hasSentFIN { meter.broken() }
            tell(
                state.hasSentFIN
                    ? .inputClosed(leg)
                    : .broken(leg, isReset: true, detail: "connection reset by peer")
            )
        }
        let progress = state?.progress() ?? LegProgress()
        // Until the second descriptor is closed, the peer sees no FIN or RST.
        state?.kernel = nil
        tell(.legClosed(leg, progress))
    }

    // MARK: What the proxy says

    /// Once a second.
    func recordProgress() {
        guard isProgressDue else { return }
        let progress = (
            downstream?.progress() ?? LegProgress(), upstream?.progress() ?? LegProgress()
        )
        isProgressDue = progress.0.isBehind || progress.1.isBehind
        run(.progress(downstream: progress.0, upstream: progress.1))
    }

    func shutDown(maskKey: UInt32) {
        tell(.shutdown(maskKey: maskKey))
    }

    /// From now on the connection suffers this.
    func apply(_ plan: FaultPlan) {
        tell(.plan(plan))
    }

    /// Ends the connection because somebody asked for it.
    func end(cause: String) {
        tell(.ended(cause: cause))
    }

    /// Ends the connection as somebody has asked for it.
    func terminate(_ how: Termination, maskKey: UInt32) {
        tell(.terminated(how, maskKey: maskKey))
    }

    /// Whether the upgrade was accepted.
    var isWebSocket: Bool { relay.isWebSocket }

    /// What has passed in a direction.
    func tally(_ direction: Direction) -> FlowTally { relay.tally(direction) }

    /// How often each fault has done something here, by its name.
    var faultCounts: [String: UInt64] { relay.faultCounts }

    /// The connection as it stands.
    func snapshot() -> ConnectionSnapshot { relay.snapshot(opened: opened) }

    /// Stages the connection as it stands.
    func resume() {
        let now = recorder.now()
        recorder.stage { capture in relay.resume(at: now, capture: &capture) }
    }

    /// Ends the connection at once and without a word: what was read could not be recorded.
    func abort() {
        for leg in Leg.allCases { self[leg]?.kernel?.resetOnClose() }
        cut()
    }

    /// Ends the connection at once, whatever is still to be written.
    func cut() {
        tell(.cut)
        for leg in Leg.allCases { self[leg]?.closeNow() }
    }

    // MARK: Machinery

    /// Hands an event to the relay, carries everything out, and lets what was written go.
    func tell(_ event: RelayEvent) {
        isSettlingDue = true
        run(event)
    }

    /// Hands an event to the relay and carries its wishes out.
    ///
    /// What those make happen at once, such as the end of a channel that is closed, waits for its
    /// turn.
    @inline(__always)
    private func run(_ event: RelayEvent) {
        guard !isRunning else {
            waiting.append(event)
            return
        }
        isRunning = true
        step(event)
        while !waiting.isEmpty { step(waiting.removeFirst()) }
        isRunning = false
        // A channel that ends while its bytes are worked on does not say that its tick is over.
        if isSettlingDue { settle() }
    }

    @inline(__always)
    private func step(_ event: RelayEvent) {
        let now = recorder.now()
        eventTime = now
        recorder.stage { capture in
            relay.handle(event, at: now, capture: &capture, commands: &commands)
        }
        for command in commands { execute(command) }
        commands.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    private func execute(_ command: RelayCommand) {
        switch command {
        case .write(let leg, let buffer):
            write(buffer, on: leg)
        case .dial:
            dial()
        case .setReading(let leg, let isReading):
            self[leg]?.setReading(isReading)
        case .closeOutput(let leg):
            closeOutput(leg)
        case .close(let leg):
            close(leg)
        case .reset(let leg):
            reset(leg)
        case .wake(let time):
            wake(at: time)
        case .handshakeEnded:
            handshakeTimer?.cancel()
            handshakeTimer = nil
            if relay.isWebSocket {
                meter.upgraded(id, target: relay.target, at: recorder.now())
            }
        case .finished:
            wake(at: nil)
            meter.ended(relay, at: recorder.now())
            onFinished(id)
        }
    }

    /// Tells the relay when a time has come, instead of any time before.
    private func wake(at time: Instant?) {
        faultTimer?.cancel()
        faultTimer = nil
        guard let time else { return }
        let wait = max(time.since(recorder.now()).inNanoseconds, 0)
        faultTimer = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(wait)) {
            self.tell(.woke)
        }
    }

    /// Commits what was staged, then lets the written bytes go.
    private func settle() {
        isSettlingDue = false
        defer { tickBegan = nil }
        guard recorder.commit() else { return }
        downstream?.flush()
        upstream?.flush()
        guard let tickBegan else { return }
        meter.forwarded(
            from: tickBegan,
            until: recorder.now(),
            isWebSocket: relay.isWebSocket
        )
    }

    @inline(__always)
    private func write(_ buffer: ByteBuffer, on leg: Leg) {
        self[leg]?.write(buffer)
    }

    @inline(__always)
    private subscript(leg: Leg) -> LegState? {
        leg == .downstream ? downstream : upstream
    }

    // MARK: Ends

    /// Runs `body` on the loop once everything written on a leg is in the kernel, or cannot be.
    private func whenWritten(_ state: LegState, _ body: @escaping () -> Void) {
        let written = eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in body() }
        state.needsFlush = true
        state.channel.write(ByteBuffer(), promise: written)
    }

    private func closeOutput(_ leg: Leg) {
        guard let state = self[leg] else { return }
        whenWritten(state) {
            guard !state.isGone else { return }
            state.closeOutput()
        }
    }

    private func close(_ leg: Leg) {
        guard let state = self[leg] else { return }
        state.isClosing = true
        // Nothing is written before TLS is spoken, and what waits for it would wait for ever.
        guard state.isSecured else { return state.closeNow() }
        whenWritten(state) { state.close() }
    }

    private func reset(_ leg: Leg) {
        guard let state = self[leg] else { return }
        state.isClosing = true
        guard state.isSecured else {
            state.kernel?.resetOnClose()
            return state.closeNow()
        }
        whenWritten(state) { self.resetWhenDrained(state, deadline: .now() + Self.drainDeadline) }
    }

    /// What was received before the reset reaches the other side before its reset does.
    private func resetWhenDrained(_ state: LegState, deadline: NIODeadline) {
        guard !state.isGone, state.kernel?.hasQueuedBytes() == true, .now() < deadline else {
            state.kernel?.resetOnClose()
            state.closeNow()
            return
        }
        eventLoop.assumeIsolated().scheduleTask(in: Self.drainInterval) {
            self.resetWhenDrained(state, deadline: deadline)
        }
    }

    // MARK: Helpers

    static func kernel(of channel: any Channel, isDialled: Bool) -> KernelProgress? {
        do {
            return try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                of: NIOBSDSocket.Handle.self
            ) { socket in
                KernelProgressBox(KernelProgress(duplicating: socket, isDialled: isDialled))
            }?.take()
        } catch {
            return nil
        }
    }

    static func text(_ address: SocketAddress?) -> String {
        guard let address, let host = address.ipAddress, let port = address.port else { return "" }
        return Endpoint(host: host, port: port).description
    }

    private static func explain(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode)).lowercased()
    }
}

/// Carries a value that cannot be copied through a closure's result.
private final class KernelProgressBox {
    private var value: KernelProgress?

    init(_ value: consuming KernelProgress?) {
        self.value = consume value
    }

    func take() -> KernelProgress? {
        value.take()
    }
}
