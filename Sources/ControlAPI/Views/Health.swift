internal import Telemetry
internal import Vocabulary

/// Whether wsproxy can do its work, and what keeps it from doing so.
struct Health {
    private struct Check {
        var name: String
        /// What is wrong; `nil` when nothing is.
        var reason: String?
        /// Whether wsproxy cannot do its work for it.
        var isBinding = true
    }

    private let checks: [Check]

    /// Looks at all proxies.
    ///
    /// - Parameters:
    ///   - shots: How those stand that run.
    ///   - proxies: Those that are known, by name.
    init(_ shots: [ProxySnapshot], of proxies: [String: ControlledProxy]) {
        let failing =
            shots.first { $0.captureProblem != nil && $0.isCaptureBinding }
            ?? shots.first { $0.captureProblem != nil }
        checks = [
            Check(name: "listeners", reason: Self.deaf(shots, proxies)),
            Check(name: "event_loops", reason: Self.silent(shots)),
            Check(
                name: "capture",
                reason: failing.map { "\($0.name): \($0.captureProblem ?? "")" },
                isBinding: failing?.isCaptureBinding ?? false
            ),
        ]
    }

    /// Whether wsproxy can do its work.
    ///
    /// A capture that fails does not count where traffic is to go on without it.
    var isReady: Bool { !checks.contains { $0.reason != nil && $0.isBinding } }

    /// As it is shown.
    var json: String {
        let shown = checks.map { check in
            guard let reason = check.reason else { return (check.name, "{\"ok\":true}") }
            return (
                check.name,
                JSONText.object([("ok", "false"), ("reason", JSONText.quoted(reason))])
            )
        }
        return JSONText.object([
            ("live", "true"), ("ready", String(isReady)), ("checks", JSONText.object(shown)),
        ])
    }

    private static func deaf(
        _ shots: [ProxySnapshot],
        _ proxies: [String: ControlledProxy]
    ) -> String? {
        let deaf = proxies.values.filter { proxy in
            proxy.isEnabled && shots.first { $0.name == proxy.name }?.address == nil
        }
        guard !deaf.isEmpty else { return nil }
        return "nobody listens for \(deaf.map(\.name).sorted().joined(separator: ", "))"
    }

    private static func silent(_ shots: [ProxySnapshot]) -> String? {
        guard let shot = shots.first(where: { $0.silentLoopCount > 0 }) else { return nil }
        return "\(shot.name): \(shot.silentLoopCount) of \(shot.loopCount) do not answer"
    }
}
