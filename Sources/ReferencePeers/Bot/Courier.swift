/// Carries published messages to the dashboard: decides when to dial, send, close and give up.
///
/// A machine without a socket or a clock. Events come in as method calls, wishes go out as
/// actions, and messages are pulled with ``nextToSend()`` while the connection can take them.
///
/// ```
/// begin → dialing → open → closing → ended
///            ↑  ↘    ↓  ↙
///            └─ pausing
/// ```
package struct Courier: ~Copyable {
    /// What the courier wants done.
    package enum Action: Hashable, Sendable {
        /// Open a connection; answer with ``opened()`` or ``dialFailed()``.
        case dial
        /// Send a ping.
        case ping
        /// Send a close frame: 1000, nothing more to say.
        case close
        /// Answer a close frame with the same status code.
        case answerClose(UInt16?)
        /// End the TCP connection now; ``disconnected()`` follows.
        case disconnect
        /// Call ``fired(_:)`` once this time has passed, instead of any earlier start.
        case start(Alarm, after: Duration)
        /// Do not call ``fired(_:)``.
        case stop(Alarm)
        /// Nothing will be delivered from now on.
        case end(Outcome)
    }

    /// The alarms a courier sets.
    package enum Alarm: Hashable, Sendable, CaseIterable {
        /// Time to dial again.
        case redial
        /// Time for the next ping.
        case ping
        /// The pong did not come.
        case pong
        /// The messages that are left did not get through.
        case drain
        /// The dashboard did not answer the close frame.
        case close
    }

    /// How it ended.
    package enum Outcome: Hashable, Sendable {
        /// Nothing is left to deliver.
        case drained
        /// Too many dials failed in a row.
        case gaveUp
        /// Messages were left when the time for draining was over.
        case drainTimeout
    }

    /// How long the courier waits for what.
    package struct Patience: Hashable, Sendable {
        /// From a pong to the next ping; zero for no pings.
        package var pingInterval: Duration
        /// For a pong, and for the answer to a close frame.
        package var answer: Duration
        /// For the delivery of what is left when trading is over.
        package var drain: Duration

        /// Creates the set of limits.
        package init(pingInterval: Duration, answer: Duration, drain: Duration) {
            self.pingInterval = pingInterval
            self.answer = answer
            self.drain = drain
        }
    }

    private enum State {
        case idle
        case dialing
        case open
        /// A close frame went one way or the other, or the connection is being cut.
        case closing
        case pausing
        case ended
    }

    /// What is not delivered yet.
    package private(set) var outbox: Outbox
    /// Connections that were open.
    package private(set) var connections: UInt64 = 0
    /// Dials that failed.
    package private(set) var failedDials: UInt64 = 0

    /// How patient the courier is with failing dials.
    package private(set) var retry: RetryPolicy
    private let patience: Patience
    private var state = State.idle
    private var tradingIsOver = false
    private var drainIsOver = false

    /// Creates a courier that has not begun.
    package init(outbox: Outbox, retry: RetryPolicy, patience: Patience) {
        self.outbox = outbox
        self.retry = retry
        self.patience = patience
    }

    // MARK: What the trader does

    /// Begin to dial.
    package mutating func begin() -> [Action] {
        precondition(state == .idle, "a courier begins once, not when \(state)")
        state = .dialing
        return [.dial]
    }

    /// A message was published.
    ///
    /// - Returns: The message that had to go for it.
    package mutating func publish(_ message: OutboundMessage) -> Outbox.Dropped? {
        outbox.publish(message)
    }

    /// Nothing more will be published: deliver what is left, then close.
    package mutating func finish() -> [Action] {
        guard !tradingIsOver else { return [] }
        tradingIsOver = true
        guard state != .ended else { return [] }
        return [.start(.drain, after: patience.drain)] + settle()
    }

    // MARK: What the network does

    /// The next message for the open connection, which is to be sent at once.
    package mutating func nextToSend() -> OutboundMessage? {
        state == .open ? outbox.nextToSend() : nil
    }

    /// Looks whether there is nothing left to wait for; called once all that the connection can
    /// take was handed to it.
    package mutating func settle() -> [Action] {
        guard tradingIsOver, drainIsOver || outbox.count == 0 else { return [] }
        switch state {
        case .open:
            state = .closing
            return [.stop(.ping), .stop(.pong), .stop(.drain), .close]
                + [.start(.close, after: patience.answer)]
        case .pausing: return end()
        case .idle, .dialing, .closing, .ended: return []
        }
    }

    /// The dialed connection is open.
    package mutating func opened() -> [Action] {
        precondition(state == .dialing, "a connection opened that was not dialed: \(state)")
        state = .open
        connections += 1
        retry.succeeded()
        guard patience.pingInterval > .zero else { return [] }
        return [.start(.ping, after: patience.pingInterval)]
    }

    /// The dialed connection did not open.
    package mutating func dialFailed() -> [Action] {
        precondition(state == .dialing, "a dial failed that was not begun: \(state)")
        failedDials += 1
        switch retry.failed() {
        case .retry(let delay): return pause(for: delay)
        case .giveUp:
            state = .ended
            return [.stop(.drain), .end(outbox.count == 0 && tradingIsOver ? .drained : .gaveUp)]
        }
    }

    /// The dashboard accepted a stream up to a sequence.
    package mutating func acknowledge(_ acknowledgement: Acknowledgement) -> [Action] {
        outbox.acknowledge(acknowledgement)
        return settle()
    }

    /// The dashboard answered a ping.
    package mutating func ponged() -> [Action] {
        guard state == .open, patience.pingInterval > .zero else { return [] }
        return [.stop(.pong), .start(.ping, after: patience.pingInterval)]
    }

    /// The dashboard sent a close frame: nothing but the answer may be sent (RFC 6455 §5.5.1), and
    /// then it is the server who ends the TCP connection (RFC 6455 §7.1.1).
    ///
    /// - Parameter code: The frame's status code, if it has one.
    /// - Returns: Nothing when the frame is itself the answer to ours.
    package mutating func closeReceived(_ code: UInt16?) -> [Action] {
        guard state == .open else { return [] }
        state = .closing
        return [.stop(.ping), .stop(.pong), .answerClose(code)]
            + [.start(.close, after: patience.answer)]
    }

    /// The open connection is gone, for whatever reason.
    package mutating func disconnected() -> [Action] {
        guard state == .open || state == .closing else { return [] }
        outbox.connectionLost()
        return [.stop(.ping), .stop(.pong), .stop(.close)] + pause(for: retry.delay)
    }

    /// An alarm went off.
    package mutating func fired(_ alarm: Alarm) -> [Action] {
        switch (alarm, state) {
        case (.redial, .pausing):
            state = .dialing
            return [.dial]
        case (.ping, .open):
            return [.ping, .start(.pong, after: patience.answer)]
        case (.pong, .open), (.close, .closing):
            state = .closing
            return [.disconnect]
        case (.drain, _):
            drainIsOver = true
            return settle()
        case (.redial, _), (.ping, _), (.pong, _), (.close, _):
            return []
        }
    }

    /// Waits for the next dial, unless there is nothing left to dial for.
    private mutating func pause(for delay: Duration) -> [Action] {
        state = .pausing
        let ending = settle()
        return ending.isEmpty ? [.start(.redial, after: delay)] : ending
    }

    private mutating func end() -> [Action] {
        state = .ended
        return [.stop(.redial), .stop(.drain)]
            + [.end(outbox.count == 0 ? .drained : .drainTimeout)]
    }
}
