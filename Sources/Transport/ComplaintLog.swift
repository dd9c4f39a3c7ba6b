internal import Logging
internal import Vocabulary

/// Tells the log of connections that could not come to be: the first at once, and those that follow soon in
/// one line.
///
/// Each of them is in the capture; the log is for whoever wonders why nothing comes. Confined to its loop.
final class ComplaintLog {
    /// How long nothing is said after a line.
    private static let interval = Duration.seconds(10)

    private let logger: Logger
    private var silentUntil = Instant.epoch
    private var unsaidCount = 0

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// A connection failed before it was one.
    func add(_ connection: ConnectionID, _ reason: String, at now: Instant) {
        guard now >= silentUntil else {
            unsaidCount += 1
            return
        }
        var metadata: Logger.Metadata = ["connection": "\(connection)", "reason": "\(reason)"]
        if unsaidCount > 0 { metadata["more"] = "\(unsaidCount)" }
        logger.notice("a connection failed", metadata: metadata)
        silentUntil = now.advanced(by: Self.interval)
        unsaidCount = 0
    }
}
