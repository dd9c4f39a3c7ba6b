import Vocabulary

/// Finds the times without any open connection to a path, between two that were accepted.
struct OutageTracker {
    private struct Path {
        var openCount = 0
        var lastEnd: (time: Instant, connection: ConnectionID)?
        var refusedCount: UInt64 = 0
    }

    private var paths: [String: Path] = [:]

    /// An upgrade was accepted.
    ///
    /// - Returns: The outage that this has ended.
    mutating func accept(
        _ connection: ConnectionID,
        target: String,
        at time: Instant
    ) -> CaptureSummary.Outage? {
        let name = Self.path(of: target)
        var path = paths[name] ?? Path()
        defer {
            path.openCount += 1
            path.refusedCount = 0
            paths[name] = path
        }
        guard path.openCount == 0, let end = path.lastEnd else { return nil }
        return CaptureSummary.Outage(
            path: name,
            from: end.time,
            through: time,
            before: end.connection,
            after: connection,
            refusedCount: path.refusedCount
        )
    }

    /// A connection passes frames whose upgrade nobody has seen.
    mutating func acceptUnseen() {
        paths["", default: Path()].openCount += 1
    }

    /// An upgrade was refused.
    mutating func refuse(target: String) {
        let name = Self.path(of: target)
        guard paths[name, default: Path()].openCount == 0 else { return }
        paths[name, default: Path()].refusedCount += 1
    }

    /// A connection ended that had been accepted.
    mutating func end(_ connection: ConnectionID, target: String, at time: Instant) {
        let name = Self.path(of: target)
        paths[name]?.openCount -= 1
        paths[name]?.lastEnd = (time, connection)
    }

    private static func path(of target: String) -> String {
        String(target.prefix { $0 != "?" })
    }
}
