import ArgumentParser
import Console
import Logging
import ReferencePeers

/// How a command logs to stderr.
struct LogOptions: ParsableArguments {
    @Option(
        name: .customLong("log-level"),
        help: Self.levelSetting.help(
            "trace, debug, info, notice, warning, error or critical.",
            default: "info"
        )
    )
    var level: String?

    @Option(
        name: .customLong("log-format"),
        help: Self.formatSetting.help(
            "text, or json with one object a line.",
            default: "text"
        )
    )
    var format: String?

    /// Makes the process's logger.
    func logger(
        label: String,
        environment: [String: String]
    ) throws(SettingError) -> Logger {
        let level = try Self.levelSetting.value(flag: level, environment: environment) ?? .info
        let format = try Self.formatSetting.value(flag: format, environment: environment) ?? .text
        return Logger(label: label) { _ in LineLogHandler(format: format, level: level) }
    }

    private static let levelSetting = Setting(
        "log-level",
        "LOG_LEVEL",
        expecting: Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
    ) { text in
        text.lowercased() == "warn" ? .warning : Logger.Level(rawValue: text.lowercased())
    }

    private static let formatSetting = Setting<LogFormat>.choice("log-format", "WSSUITE_LOG_FORMAT")
}
