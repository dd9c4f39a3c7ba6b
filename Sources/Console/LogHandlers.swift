public import Logging
public import Vocabulary

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// How log lines look.
public enum LogFormat: String, Sendable, CaseIterable {
    /// One readable line.
    case text
    /// One JSON object a line.
    case json
}

/// Writes log lines to standard error, one write a line.
public struct LineLogHandler: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// Values that every line of this logger carries.
    public var metadata: Logger.Metadata = [:]
    private let format: LogFormat

    /// Creates a handler.
    public init(format: LogFormat, level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .map { ($0.key, "\($0.value)") }
            .sorted { $0.0 < $1.0 }
        let time = Self.now().rfc3339(fractionDigits: 3)
        switch format {
        case .text:
            let pairs = values.map { " \($0)=\(Self.quotedIfNeeded($1))" }.joined()
            StandardError.write("\(time) \(event.level.rawValue) \(event.message)\(pairs)\n")
        case .json:
            let pairs = [
                ("time", time), ("level", event.level.rawValue), ("message", "\(event.message)"),
            ]
            let members = (pairs + values).map { ($0.0, JSONText.quoted($0.1)) }
            StandardError.write(JSONText.object(members) + "\n")
        }
    }

    private static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") }
        return isPlain ? text : JSONText.quoted(text)
    }
}

extension Logger {
    /// A logger that writes lines to standard error at the level that `LOG_LEVEL` names.
    ///
    /// - Throws: ``OperatorError`` when `LOG_LEVEL` is no level.
    public static func console(label: String, format: LogFormat) throws(OperatorError) -> Logger {
        let text = EnvironmentTwin.value(nil, variable: "LOG_LEVEL", default: "info").lowercased()
        let name = text == "warn" ? "warning" : text
        guard let level = Logger.Level(rawValue: name) else {
            let words = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorError(.usage, "LOG_LEVEL is '\(text)'; choose one of: \(words).")
        }
        return Logger(label: label) { _ in LineLogHandler(format: format, level: level) }
    }
}
