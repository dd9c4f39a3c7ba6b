import ArgumentParser
import Foundation
import Logging
import ReferencePeers

/// `wssuite dashboard`.
struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Accepts bots at /ws, keeps what they publish and acknowledges it.",
        discussion: """
            A message is acknowledged only when it is in the received log, in the kernel's hands: \
            what was acknowledged survives kill -9. Each connection's messages are worked on \
            strictly in order, and a bot that sends faster than that is read more slowly.

            GET /health answers 200 with the state as JSON; anything else but /ws is a 404.
            The log line "listening" carries the real address. On SIGTERM or SIGINT every bot gets \
            the close code 1001, and the exit status is 0.

            Times are seconds (0.5) or carry a unit (2ms, 10s). A flag wins over its twin in the \
            environment, which is named in [brackets].

            Exit status: 0 stopped as told; 64 wrong usage; 69 the address cannot be listened on; \
            73 the received log cannot be created; 74 it can no longer be written.

              wssuite dashboard --received received.jsonl
              wssuite dashboard --listen 127.0.0.1:0 --work 2ms --log-format json
            """
    )

    @Option(
        help: DashboardSetting.listen.help(
            "Where to listen; port 0 takes a free one.",
            default: "\(DashboardSettings().address)"
        )
    )
    var listen: String?

    @Option(
        help: DashboardSetting.received.help(
            "A file that each accepted message is appended to, verbatim, one a line.",
            default: "none"
        )
    )
    var received: String?

    @Option(
        help: DashboardSetting.work.help(
            "How long each message is worked on before it is accepted.",
            default: "0"
        )
    )
    var work: String?

    @OptionGroup(title: "Logging")
    var logging: LogOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let settings = try readSettings(from: environment)
        let logger = try logging.logger(label: "dashboard", environment: environment)
        let dashboard = Dashboard(settings: settings, logger: logger)
        try await serveUntilSignalled { stop in
            try await dashboard.run(until: stop)
        }
    }

    private func readSettings(
        from environment: [String: String]
    ) throws(SettingError) -> DashboardSettings {
        var settings = DashboardSettings()
        settings.address =
            try DashboardSetting.listen.value(flag: listen, environment: environment)
            ?? settings.address
        settings.received =
            try DashboardSetting.received.value(flag: received, environment: environment)
        settings.work =
            try DashboardSetting.work.value(flag: work, environment: environment) ?? settings.work
        return settings
    }
}
