/// Everything the reference bot can be told.
public struct BotSettings: Sendable {
    /// The longest queue that can be asked for.
    public static let queueSizeMax: UInt64 = 10_000_000

    /// Where to connect.
    public var url = WebSocketURL.referenceDashboard
    /// The name sent in the `X-Bot-Id` header.
    public var botID = "reference-bot"
    /// Whether to publish at all; without it the bot trades on its own.
    public var publishes = true
    /// What to do about messages whose fate is unknown.
    public var delivery = DeliveryMode.resend
    /// The most messages held, waiting and unacknowledged together.
    public var queueSize = 100
    /// Dials that may fail in a row before the bot gives up; 0 for any number.
    public var retriesMax: UInt64 = 5
    /// The pause before each new dial.
    public var retryDelay = Duration.seconds(5)
    /// For connecting, for the handshake, for a pong and for the answer to a close frame.
    public var timeout = Duration.seconds(10)
    /// From a pong to the next ping; zero for no pings.
    public var pingInterval = Duration.seconds(20)
    /// For the delivery of what is left when trading is over.
    public var drainTimeout = Duration.seconds(30)
    /// How fast to publish.
    public var pace = TradingPace.rounds(every: .seconds(1))
    /// Trading is over after this time.
    public var duration: Duration?
    /// Trading is over after this many messages.
    public var count: UInt64?
    /// The seed of the market.
    public var seed: UInt64 = 1
    /// The file that takes each published message before it is queued.
    public var journal: String?

    /// Creates the default settings.
    public init() {}
}
