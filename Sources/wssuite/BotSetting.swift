import ReferencePeers

/// The settings of `wssuite bot`: flags and their twins in the environment.
enum BotSetting {
    static let url = Setting(
        "url",
        "SYSTEM__WEBSOCKET_DASHBOARD_URL",
        expecting: "an address such as ws://127.0.0.1:8000/ws (wss is not offered)"
    ) { WebSocketURL(parsing: $0) }
    static let botID = Setting(
        "bot-id",
        "WSSUITE_BOT_ID",
        expecting: "1 to 100 letters, digits, dots, dashes or underscores"
    ) { text in
        let isPlain = text.utf8.allSatisfy { byte in
            switch UInt8(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        return isPlain && (1...100).contains(text.utf8.count) ? text : nil
    }
    static let publishing = Setting<Bool>
        .toggle("publishing", "SYSTEM__ENABLE_WEBSOCKET_PUBLISHING")
    static let delivery = Setting<DeliveryMode>.choice("delivery", "WSSUITE_DELIVERY")
    static let queueSize = Setting<UInt64>
        .count("queue-size", "SYSTEM__WEBSOCKET_QUEUE_SIZE", in: 1...BotSettings.queueSizeMax)
    static let retriesMax = Setting<UInt64>
        .count("max-retries", "SYSTEM__WEBSOCKET_MAX_RETRIES", in: 0...UInt64(UInt32.max))
    static let retryDelay = Setting<Duration>
        .duration("retry-delay", "SYSTEM__WEBSOCKET_RETRY_DELAY", zeroAllowed: true)
    static let timeout = Setting<Duration>
        .duration("timeout", "SYSTEM__WEBSOCKET_TIMEOUT", zeroAllowed: false)
    static let pingInterval = Setting<Duration>
        .duration("ping-interval", "SYSTEM__WEBSOCKET_PING_INTERVAL", zeroAllowed: true)
    static let drainTimeout = Setting<Duration>
        .duration("drain-timeout", "WSSUITE_DRAIN_TIMEOUT", zeroAllowed: true)
    static let interval = Setting<Duration>
        .duration("interval", "SYSTEM__WEBSOCKET_PUBLISH_INTERVAL", zeroAllowed: false)
    static let rate = Setting<Double>.rate("rate", "WSSUITE_RATE", upTo: 1_000_000)
    static let duration = Setting<Duration>
        .duration("duration", "TEST_DURATION", zeroAllowed: false)
    static let count = Setting<UInt64>.count("count", "WSSUITE_COUNT", in: 1...UInt64.max)
    static let seed = Setting<UInt64>.count("seed", "WSSUITE_SEED", in: 0...UInt64.max)
    static let testMode = Setting<Bool>.toggle("test-mode", "TEST_MODE")
    static let journal = Setting<String>.text("journal", "WSSUITE_JOURNAL")
    static let summary = Setting<SummaryFormat>.choice("summary", "WSSUITE_SUMMARY")
}

/// How the bot tells what it did.
enum SummaryFormat: String, CaseIterable, Sendable {
    case text
    case json
}
