/// What a bot did, told at its end.
public struct BotSummary: Hashable, Sendable {
    /// How delivery ended.
    public enum Ending: String, Hashable, Sendable {
        /// Nothing was left: acknowledged, handed to the socket, or dropped, as the mode has it.
        case drained
        /// Too many dials failed in a row.
        case gaveUp = "gave-up"
        /// Messages were left when the time for draining was over.
        case drainTimeout = "drain-timeout"
        /// Publishing was switched off.
        case notPublishing = "not-publishing"
    }

    /// How delivery ended.
    public var ending: Ending
    /// The bot's name.
    public var botID: String
    /// What it did about messages whose fate it could not know.
    public var delivery: DeliveryMode
    /// The seed of its market.
    public var seed: UInt64
    /// Turns of the trading loop.
    public var ticks: UInt64
    /// Messages published (journaled and queued).
    public var published: UInt64
    /// Messages handed to a connection for the first time.
    public var sent: UInt64
    /// Messages handed to a connection again.
    public var resent: UInt64
    /// Messages the dashboard acknowledged.
    public var acknowledged: UInt64
    /// Messages dropped because the queue was full.
    public var dropped: UInt64
    /// Messages left when the bot ended.
    public var undelivered: UInt64
    /// Connections that were open.
    public var connections: UInt64
    /// Connections after the first.
    public var reconnects: UInt64
    /// Dials that failed.
    public var failedDials: UInt64

    /// Creates a summary.
    package init(
        ending: Ending,
        botID: String,
        delivery: DeliveryMode,
        seed: UInt64,
        ticks: UInt64,
        published: UInt64,
        sent: UInt64,
        resent: UInt64,
        acknowledged: UInt64,
        dropped: UInt64,
        undelivered: UInt64,
        connections: UInt64,
        reconnects: UInt64,
        failedDials: UInt64
    ) {
        self.ending = ending
        self.botID = botID
        self.delivery = delivery
        self.seed = seed
        self.ticks = ticks
        self.published = published
        self.sent = sent
        self.resent = resent
        self.acknowledged = acknowledged
        self.dropped = dropped
        self.undelivered = undelivered
        self.connections = connections
        self.reconnects = reconnects
        self.failedDials = failedDials
    }

    /// Whether the bot did what it could promise.
    public var isSuccess: Bool {
        ending == .drained || ending == .notPublishing
    }

    /// One line of JSON.
    public var json: String {
        let figures = figures.map { figure in
            JSONValue.Member(
                name: figure.name.replacing(" ", with: "_"),
                value: .integer(figure.value)
            )
        }
        let head: [JSONValue.Member] = [
            .init(name: "ending", value: .string(ending.rawValue)),
            .init(name: "bot", value: .string(botID)),
            .init(name: "delivery", value: .string(delivery.rawValue)),
            .init(name: "seed", value: .integer(seed)),
        ]
        return JSONValue.object(head + figures).text
    }

    /// One line for people.
    public var text: String {
        let list = figures.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        return "\(botID) (\(delivery.rawValue), seed \(seed)): \(sentence): \(list)"
    }

    private var sentence: String {
        switch ending {
        case .drained: "nothing is left to send"
        case .gaveUp: "gave up, the dashboard could not be reached"
        case .drainTimeout: "messages were left when the drain timeout was over"
        case .notPublishing: "publishing is switched off"
        }
    }

    private var figures: [(name: String, value: UInt64)] {
        [
            ("published", published), ("sent", sent), ("resent", resent),
            ("acked", acknowledged), ("dropped", dropped), ("undelivered", undelivered),
            ("connections", connections), ("reconnects", reconnects),
            ("failed dials", failedDials), ("ticks", ticks),
        ]
    }
}
