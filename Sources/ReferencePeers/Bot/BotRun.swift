import Logging
import NIOCore
import NIOWebSocket

/// One life of a bot on one event loop: does what its ``Courier`` wishes and tells it what happens.
///
/// Everything here runs on the loop, so there is no lock and nothing waits.
final class BotRun {
    private let settings: BotSettings
    private let logger: Logger
    private let eventLoop: any EventLoop
    private let dialer: Dialer
    private let summary: EventLoopPromise<BotSummary>
    private var courier: Courier
    private var alarms: Alarms<Courier.Alarm>
    private var trading: TradingLoop?
    private var channel: (any Channel)?
    private var ending: BotSummary.Ending?
    private var tradingIsOver = false
    private var isFinished = false

    init(
        settings: BotSettings,
        eventLoop: any EventLoop,
        logger: Logger,
        summary: EventLoopPromise<BotSummary>
    ) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.logger = logger
        self.summary = summary
        dialer = Dialer(
            url: settings.url,
            botID: settings.botID,
            timeout: settings.timeout,
            eventLoop: eventLoop
        )
        courier = Courier(
            outbox: Outbox(mode: settings.delivery, limit: settings.queueSize),
            retry: RetryPolicy(failuresMax: settings.retriesMax, delay: settings.retryDelay),
            patience: Courier.Patience(
                pingInterval: settings.pingInterval,
                answer: settings.timeout,
                drain: settings.drainTimeout
            )
        )
        alarms = Alarms(on: eventLoop)
    }

    // MARK: Trading

    /// Begins to trade and to dial.
    func start(journal: LineFile?) {
        let trading = TradingLoop(
            settings: settings,
            journal: journal,
            eventLoop: eventLoop,
            publish: { [self] in publish($0) },
            tickEnded: { [self] in channel?.flush() },
            ended: { [self] in tradingEnded(because: $0) }
        )
        self.trading = trading
        if settings.publishes {
            perform(courier.begin())
        } else {
            ending = .notPublishing
        }
        trading.tick()
    }

    /// Ends trading; the run ends once everything is delivered.
    func stopTrading() {
        logger.info("stopping")
        trading?.stop()
    }

    private func publish(_ message: OutboundMessage) {
        if let dropped = courier.publish(message) {
            logger.debug(
                "dropped",
                metadata: [
                    "stream": "\(dropped.message.stream)",
                    "sequence": "\(dropped.message.sequence)",
                    "in_flight": "\(dropped.wasInFlight)",
                ]
            )
        }
        sendWhatFits()
    }

    private func tradingEnded(because error: (any Error)?) {
        tradingIsOver = true
        if let error {
            finish(.failure(error))
        } else if ending == nil {
            logger.info("trading ended", metadata: ["waiting": "\(courier.outbox.count)"])
            perform(courier.finish())
        } else {
            finishIfDone()
        }
    }

    // MARK: The network

    /// The dashboard said something.
    func received(_ message: DashboardMessage) {
        switch message {
        case .acknowledgement(let acknowledgement):
            perform(courier.acknowledge(acknowledgement))
        case .complaint(let complaint):
            let text = complaint.prefix(MessageLimits.loggedBytesMax)
            logger.warning("the dashboard complains", metadata: ["message": "\(text)"])
        case .other(let type):
            let type = type.prefix(MessageLimits.loggedBytesMax)
            logger.debug("message of no concern", metadata: ["type": "\(type)"])
        case .unintelligible:
            logger.warning("unintelligible message from the dashboard")
        }
    }

    /// The dashboard answered a ping.
    func ponged() {
        perform(courier.ponged())
    }

    /// The dashboard sent a close frame.
    func closeReceived(_ frame: WebSocketFrame) {
        let code = frame.unmaskedData.getInteger(
            at: frame.unmaskedData.readerIndex,
            as: UInt16.self
        )
        logger.info("close frame received", metadata: ["code": "\(code.map(String.init) ?? "")"])
        perform(courier.closeReceived(code))
    }

    /// The connection can take more.
    func pump() {
        sendWhatFits()
        channel?.flush()
        perform(courier.settle())
    }

    /// The connection reported an error; it is closed next.
    func connectionFailed(_ error: any Error) {
        let sentence = WebSocketMisbehaviour(error)?.sentence ?? SystemFailure.sentence(for: error)
        logger.warning("connection failed", metadata: ["reason": "\(sentence)"])
    }

    /// The connection is gone.
    func disconnected() {
        channel = nil
        logger.info("disconnected", metadata: ["waiting": "\(courier.outbox.count)"])
        perform(courier.disconnected())
    }

    private func sendWhatFits() {
        guard let channel, channel.isWritable else { return }
        while channel.isWritable, let message = courier.nextToSend() {
            channel.write(WebSocketFrame.text(message.text, maskKey: .random()), promise: nil)
        }
    }

    private func send(_ frame: WebSocketFrame) {
        channel?.writeAndFlush(frame, promise: nil)
    }

    // MARK: The courier's wishes

    private func perform(_ actions: [Courier.Action]) {
        for action in actions {
            perform(action)
        }
    }

    private func perform(_ action: Courier.Action) {
        switch action {
        case .dial: dial()
        case .ping: send(WebSocketFrame.ping(maskKey: .random()))
        case .close: send(WebSocketFrame.close(1000, maskKey: .random()))
        case .answerClose(let code): send(WebSocketFrame.close(code, maskKey: .random()))
        case .disconnect: channel?.close(promise: nil)
        case .start(let alarm, let delay):
            alarms.start(alarm, after: delay) { [self] in fired(alarm) }
        case .stop(let alarm): alarms.stop(alarm)
        case .end(let outcome):
            if outcome != .drained {
                logger.error(
                    "\(outcome == .gaveUp ? "gave up" : "drain timeout")",
                    metadata: ["waiting": "\(courier.outbox.count)"]
                )
            }
            ending = BotSummary.Ending(outcome)
            finishIfDone()
        }
    }

    private func fired(_ alarm: Courier.Alarm) {
        if alarm == .pong || alarm == .close {
            logger.warning("no answer in time", metadata: ["to": "\(alarm)"])
        }
        perform(courier.fired(alarm))
    }

    private func dial() {
        let run = NIOLoopBound(self, eventLoop: eventLoop)
        dialer.dial { channel in
            try channel.pipeline.syncOperations.addHandler(BotHandler(run: run.value))
        }
        .assumeIsolated()
        .whenComplete { [self] result in
            switch result {
            // A run that failed did not wait for its last dial.
            case .success(let channel) where isFinished: channel.close(promise: nil)
            case .failure where isFinished: break
            case .success(let channel): opened(channel)
            case .failure(let error): dialFailed(error)
            }
        }
    }

    private func opened(_ channel: any Channel) {
        // Its end was announced before anyone listened, and will not be announced again.
        guard channel.isActive else { return dialFailed(ChannelError.eof) }
        self.channel = channel
        logger.info(
            "connected",
            metadata: ["url": "\(settings.url)", "waiting": "\(courier.outbox.count)"]
        )
        perform(courier.opened())
        pump()
    }

    private func dialFailed(_ error: any Error) {
        let actions = courier.dialFailed()
        logger.warning(
            "cannot connect",
            metadata: [
                "url": "\(settings.url)",
                "reason": "\(SystemFailure.sentence(for: error))",
                "failures_in_a_row": "\(courier.retry.failures)",
            ]
        )
        perform(actions)
    }

    // MARK: The end

    private func finishIfDone() {
        guard tradingIsOver, let ending else { return }
        finish(.success(makeSummary(ending)))
    }

    private func finish(_ result: Result<BotSummary, any Error>) {
        isFinished = true
        alarms.stopAll()
        channel?.close(promise: nil)
        trading = nil
        summary.completeWith(result)
    }

    private func makeSummary(_ ending: BotSummary.Ending) -> BotSummary {
        BotSummary(
            ending: ending,
            botID: settings.botID,
            delivery: settings.delivery,
            seed: settings.seed,
            ticks: trading?.ticks ?? 0,
            published: trading?.published ?? 0,
            sent: courier.outbox.sent,
            resent: courier.outbox.resent,
            acknowledged: courier.outbox.acknowledged,
            dropped: courier.outbox.dropped,
            undelivered: UInt64(courier.outbox.count),
            connections: courier.connections,
            reconnects: courier.connections - min(courier.connections, 1),
            failedDials: courier.failedDials
        )
    }
}

extension BotSummary.Ending {
    /// What the courier's outcome means for the operator.
    fileprivate init(_ outcome: Courier.Outcome) {
        switch outcome {
        case .drained: self = .drained
        case .gaveUp: self = .gaveUp
        case .drainTimeout: self = .drainTimeout
        }
    }
}
