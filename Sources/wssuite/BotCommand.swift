import ArgumentParser
import Console
import Foundation
import Logging
import ReferencePeers

/// `wssuite bot`.
struct BotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bot",
        abstract: "Trades in a made-up market and publishes it to a dashboard over WebSocket.",
        discussion: """
            The trading loop never waits for the network: what cannot be sent waits in a bounded \
            queue. When the queue is full, the oldest message that is not trade_execution, \
            position_update or error is dropped; those three go last. In resend mode messages \
            without an acknowledgement count in the queue as well, and on overflow they are the \
            oldest (one that is in flight may still arrive; it is only not sent again).

            When --duration or --count is reached, or on SIGTERM or SIGINT, trading ends. The bot \
            then delivers what is left (--drain-timeout), closes with 1000 and prints one line of \
            summary.

            Times are seconds (0.5) or carry a unit (250ms, 10s, 5m). A flag wins over its twin \
            in the environment, which is named in [brackets].

            Exit status: 0 nothing was left to send (which in fire-and-forget mode proves no \
            delivery); 1 something could not be delivered; 64 wrong usage; 73 the journal cannot be created; \
            74 the journal can no longer be written.

              wssuite bot --count 100
              wssuite bot --rate 500 --duration 10s --journal journal.jsonl --summary json
              wssuite bot --delivery fire-and-forget --retry-delay 200ms --max-retries 0
            """
    )

    @Option(help: BotSetting.url.help("Where the dashboard is.", default: "\(defaults.url)"))
    var url: String?

    @Option(
        name: .customLong("bot-id"),
        help: BotSetting.botID.help("The name in the X-Bot-Id header.", default: defaults.botID)
    )
    var botID: String?

    @Option(
        help: BotSetting.delivery.help(
            "resend: keep a message until it is acknowledged, and send what was not again after "
                + "a reconnect. fire-and-forget: forget it once the socket has it.",
            default: defaults.delivery.rawValue
        )
    )
    var delivery: String?

    @Option(
        help: BotSetting.rate.help(
            "Messages a second over all streams, instead of --interval.",
            default: "none"
        )
    )
    var rate: String?

    @Option(
        help: BotSetting.interval.help(
            "Time between two rounds of trading; a round publishes four to six messages.",
            default: "1s"
        )
    )
    var interval: String?

    @Option(help: BotSetting.duration.help("How long to trade.", default: "for ever"))
    var duration: String?

    @Option(help: BotSetting.count.help("How many messages to publish.", default: "no limit"))
    var count: String?

    @Option(
        help: BotSetting.seed.help(
            "The market's seed: the same seed publishes the same messages but for their times.",
            default: "by chance; 1 in test mode"
        )
    )
    var seed: String?

    @Option(
        help: BotSetting.journal.help(
            "A file that each published message is appended to before it is queued.",
            default: "none"
        )
    )
    var journal: String?

    @Option(
        name: .customLong("queue-size"),
        help: BotSetting.queueSize.help("The most messages held.", default: "100")
    )
    var queueSize: String?

    @Option(
        name: .customLong("max-retries"),
        help: BotSetting.retriesMax.help(
            "Failed connection attempts in a row before giving up; 0: never give up.",
            default: "5"
        )
    )
    var retriesMax: String?

    @Option(
        name: .customLong("retry-delay"),
        help: BotSetting.retryDelay.help("The pause before each new attempt.", default: "5s")
    )
    var retryDelay: String?

    @Option(
        help: BotSetting.timeout.help(
            "For connecting, for the handshake, for a pong, for the answer to a close frame.",
            default: "10s"
        )
    )
    var timeout: String?

    @Option(
        name: .customLong("ping-interval"),
        help: BotSetting.pingInterval.help(
            "From a pong to the next ping; 0: no pings.",
            default: "20s"
        )
    )
    var pingInterval: String?

    @Option(
        name: .customLong("drain-timeout"),
        help: BotSetting.drainTimeout.help(
            "For the delivery of what is left when trading is over.",
            default: "30s"
        )
    )
    var drainTimeout: String?

    @Option(
        help: BotSetting.publishing.help(
            "false: trade, but neither connect nor publish.",
            default: "true"
        )
    )
    var publishing: String?

    @Option(
        name: .customLong("test-mode"),
        help: BotSetting.testMode.help("true: the seed is 1 unless named.", default: "false")
    )
    var testMode: String?

    @Option(
        help: BotSetting.summary.help("The summary on stdout: text or json.", default: "text")
    )
    var summary: String?

    @OptionGroup(title: "Logging")
    var logging: LogOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let settings = try readSettings(from: environment)
        let format =
            try BotSetting.summary.value(flag: summary, environment: environment) ?? .text
        let logger = try logging.logger(label: "bot", environment: environment)
        let bot = Bot(settings: settings, logger: logger)
        let result = try await serveUntilSignalled { stop in
            try await bot.run(until: stop)
        }
        print(format == .json ? result.json : result.text)
        guard result.isSuccess else { throw VerdictExit(.fail) }
    }

    private static let defaults = BotSettings()

    private func readSettings(
        from environment: [String: String]
    ) throws(SettingError) -> BotSettings {
        func read<Value>(
            _ setting: Setting<Value>,
            _ flag: String?,
            into target: inout Value
        ) throws(SettingError) {
            target = try setting.value(flag: flag, environment: environment) ?? target
        }
        var settings = BotSettings()
        try read(BotSetting.url, url, into: &settings.url)
        try read(BotSetting.botID, botID, into: &settings.botID)
        try read(BotSetting.publishing, publishing, into: &settings.publishes)
        try read(BotSetting.delivery, delivery, into: &settings.delivery)
        try read(BotSetting.retriesMax, retriesMax, into: &settings.retriesMax)
        try read(BotSetting.retryDelay, retryDelay, into: &settings.retryDelay)
        try read(BotSetting.timeout, timeout, into: &settings.timeout)
        try read(BotSetting.pingInterval, pingInterval, into: &settings.pingInterval)
        try read(BotSetting.drainTimeout, drainTimeout, into: &settings.drainTimeout)
        var queueSize = UInt64(settings.queueSize)
        try read(BotSetting.queueSize, self.queueSize, into: &queueSize)
        settings.queueSize = Int(clamping: queueSize)
        settings.duration = try BotSetting.duration.value(flag: duration, environment: environment)
        settings.count = try BotSetting.count.value(flag: count, environment: environment)
        settings.journal = try BotSetting.journal.value(flag: journal, environment: environment)
        settings.pace = try pace(from: environment) ?? settings.pace
        var testMode = false
        try read(BotSetting.testMode, self.testMode, into: &testMode)
        settings.seed = testMode ? 1 : .random(in: 1...UInt64(UInt32.max))
        try read(BotSetting.seed, seed, into: &settings.seed)
        return settings
    }

    /// A flag wins over the environment, and at the same place a rate wins over an interval.
    private func pace(from environment: [String: String]) throws(SettingError) -> TradingPace? {
        let flagged = rate != nil || interval == nil
        if flagged, let rate = try BotSetting.rate.value(flag: rate, environment: environment) {
            return .rate(rate)
        }
        return try BotSetting.interval.value(flag: interval, environment: environment)
            .map { .rounds(every: $0) }
    }
}
