/// Where the line between pass and fail is drawn.
///
/// A check always says what it has found. This says what of it counts: nothing has moved the line as long as it
/// is ``standard``, and a report that was judged by another line names it.
public struct FailureLine: Equatable, Sendable {
    /// Whether what is inconclusive counts as a failure.
    public var isStrict: Bool
    /// The only anomalies that fail; `nil` when all do.
    public var anomalies: Set<Anomaly>?
    /// Whether a capture without any accepted connection may pass.
    public var allowsEmpty: Bool

    /// The line that nobody has moved.
    public static let standard = FailureLine()

    /// Creates a line.
    public init(isStrict: Bool = false, anomalies: Set<Anomaly>? = nil, allowsEmpty: Bool = false) {
        self.isStrict = isStrict
        self.anomalies = anomalies
        self.allowsEmpty = allowsEmpty
    }

    // MARK: - Judging

    /// Whether findings of an anomaly fail.
    public func counts(_ anomaly: Anomaly) -> Bool {
        guard let anomalies else { return anomaly != .unknown || isStrict }
        return anomalies.contains(anomaly) || (anomaly == .unknown && isStrict)
    }

    /// What a check's outcome counts as.
    public func outcome(of check: CheckResult) -> Outcome {
        let outcome = narrowed(check)
        return isStrict && outcome == .inconclusive ? .fail : outcome
    }

    /// What all checks together count as.
    public func outcome(of verdict: Verdict) -> Outcome {
        verdict.checks.reduce(.pass) { $0.merged(with: outcome(of: $1)) }
    }

    /// What an exit code should say: a failure outranks damage, damage outranks inconclusive.
    public func exitClass(of verdict: Verdict) -> ExitClass {
        let outcome = outcome(of: verdict)
        if outcome == .fail { return .fail }
        if case .damaged = verdict.fileState { return .damaged }
        return outcome == .inconclusive ? .inconclusive : .pass
    }

    /// The outcome when only the chosen anomalies fail.
    private func narrowed(_ check: CheckResult) -> Outcome {
        guard let anomalies else { return check.outcome }
        let found = Anomaly.allCases.filter { check.findings.count(of: $0) > 0 }
        if found.contains(where: anomalies.contains) { return .fail }
        // A check that fails without a finding has another reason, which nobody has excused.
        guard check.outcome == .fail, !found.isEmpty else { return check.outcome }
        let isSure = check.reasons.isEmpty && !found.contains(.unknown)
        return isSure ? .pass : .inconclusive
    }

    // MARK: - Words

    /// Whether somebody has moved the line.
    public var isMoved: Bool { self != .standard }

    /// The options that moved it: `--strict --fail-on lost,corrupted`; empty when nobody has.
    public var options: String {
        var options: [String] = []
        if isStrict { options.append("--strict") }
        if let names = chosen { options.append("--fail-on \(names.joined(separator: ","))") }
        if allowsEmpty { options.append("--allow-empty") }
        return options.joined(separator: " ")
    }

    /// The names of the chosen anomalies, in the order of ``Anomaly``; `nil` when all fail.
    public var chosen: [String]? {
        anomalies.map { chosen in Anomaly.allCases.filter(chosen.contains).map(\.rawValue) }
    }

    /// What that means, in a sentence; empty when nobody has moved the line.
    public var sentence: String {
        var parts: [String] = []
        if let names = chosen {
            parts.append("of the findings only \(Self.list(names)) fail")
        }
        if isStrict { parts.append("what is inconclusive fails, too") }
        if allowsEmpty { parts.append("a capture without connections may pass") }
        guard !parts.isEmpty else { return "" }
        return "Judged by \(options): \(parts.joined(separator: "; "))."
    }

    private static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
