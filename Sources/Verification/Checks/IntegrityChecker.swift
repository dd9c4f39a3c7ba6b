import Vocabulary
import WebSocketWire

/// Checks that messages are whole and are what they say they are.
///
/// - *Corrupted*: text or a close reason that is not UTF-8, a compressed message that does not
///   inflate, and text that is not JSON in a direction whose other texts are.
/// - *Conflicting*: two different messages under one number of one stream; the delivery history
///   finds them.
/// - *Unexpected*: in the receiver's log and never seen by the proxy.
/// - *Redacted* messages are compared as they were recorded: values that were blanked on purpose may
///   differ unseen. Where more than named values had to be blanked, the message is not judged.
/// - What is too large to be held, or cannot be inflated because the capture has a hole, is not
///   judged: the check is then inconclusive.
struct IntegrityChecker {
    /// From which share of JSON texts on the others count as broken.
    static let jsonShareMin = 0.9

    private struct DirectionState {
        var textCount: UInt64 = 0
        var jsonCount: UInt64 = 0
        var unjudgedCount: UInt64 = 0
        var broken = FindingList()
    }

    private var toServer = DirectionState()
    private var toClient = DirectionState()
    private var messageCount: UInt64 = 0
    private var cutCount: UInt64 = 0
    private var findings = FindingList()
    private var tooLarge: (count: UInt64, limit: Int) = (0, 0)
    private var undecodable: (count: UInt64, reason: String) = (0, "")
    /// Data messages with blanked bytes.
    private(set) var redactedCount: UInt64 = 0
    private var encodedCount: UInt64 = 0
    private var unfollowedCount: UInt64 = 0

    // MARK: - Inputs

    /// A message ended; data or control.
    mutating func take(_ message: ObservedMessage) {
        if message.isData { messageCount += 1 }
        if message.isData, message.isRedacted { redactedCount += 1 }
        switch message.content {
        case .whole: break
        case .cut: cutCount += 1
        case .tooLarge(let limit) where message.isData: tooLarge = (tooLarge.count + 1, limit)
        case .tooLarge: break
        case .corrupt(let detail):
            report(message, "it does not inflate: \(detail) (RFC 7692 §7.2.2)")
        case .undecodable(let reason): undecodable = (undecodable.count + 1, reason)
        case .redacted(.encoded): encodedCount += 1
        case .redacted: unfollowedCount += 1
        }
        guard !message.isValidUTF8 else { return }
        report(
            message,
            message.isData
                ? "its text is not UTF-8 (RFC 6455 §8.1)"
                : "its reason is not UTF-8 (RFC 6455 §5.5.1)"
        )
    }

    /// What form a whole text has.
    mutating func take(_ message: ObservedMessage, form: FieldExtractor.Form) {
        if message.direction == .clientToServer {
            update(&toServer, message: message, form: form)
        } else {
            update(&toClient, message: message, form: form)
        }
    }

    // MARK: - Outcome

    /// How the check ended.
    ///
    /// - Parameters:
    ///   - histories: The delivery histories of both directions.
    ///   - unexpected: What the receiver's log holds and the proxy never saw.
    ///   - coverage: What the capture does not cover.
    /// - Returns: The result.
    func result(
        histories: [DeliveryHistory],
        unexpected: [Finding],
        coverage: Coverage
    ) -> CheckResult {
        var findings = findings
        for state in [toServer, toClient] where isJSON(state) {
            for finding in state.broken.held { findings.add(finding) }
        }
        for history in histories { addConflicts(of: history, to: &findings) }
        for finding in unexpected { findings.add(finding) }
        let reasons = reasons(coverage)
        let outcome: Outcome =
            if !findings.isEmpty {
                .fail
            } else if !reasons.isEmpty {
                .inconclusive
            } else {
                messageCount == 0 ? .notApplicable : .pass
            }
        var summary = Wording.count(messageCount, "message")
        let jsonCount = toServer.jsonCount + toClient.jsonCount
        if jsonCount > 0 { summary += ", \(jsonCount) of them JSON" }
        if cutCount > 0 { summary += ", \(cutCount) cut" }
        if redactedCount > 0 { summary += ", \(redactedCount) redacted" }
        return CheckResult(
            .integrity,
            outcome,
            summary: summary,
            reasons: reasons,
            findings: findings
        )
    }

    /// Whether a direction's texts are JSON.
    private func isJSON(_ state: DirectionState) -> Bool {
        state.textCount > 0
            && Double(state.jsonCount) >= Self.jsonShareMin * Double(state.textCount)
    }

    private func reasons(_ coverage: Coverage) -> [String] {
        var reasons = coverage.reasons
        if tooLarge.count > 0 {
            reasons.append(
                Wording.count(tooLarge.count, "message")
                    + " larger than \(tooLarge.limit) bytes: only the beginning was looked at."
            )
        }
        if undecodable.count > 0 {
            reasons.append(
                Wording.count(undecodable.count, "compressed message")
                    + " could not be inflated: \(undecodable.reason)."
            )
        }
        if encodedCount > 0 {
            reasons.append(
                Wording.count(encodedCount, "compressed message")
                    + " redacted as a whole when recorded: there is nothing to look at."
            )
        }
        if unfollowedCount > 0 {
            reasons.append(
                Wording.count(unfollowedCount, "message")
                    + " redacted from a byte on that is not JSON: the rest cannot be looked at."
            )
        }
        let unjudged = toServer.unjudgedCount + toClient.unjudgedCount
        if unjudged > 0 {
            reasons.append(
                Wording.count(unjudged, "text") + " too deep or too large to be read as JSON."
            )
        }
        return reasons
    }

    private func addConflicts(of history: DeliveryHistory, to findings: inout FindingList) {
        for conflict in history.conflicts {
            findings.add(
                Finding(
                    .conflicting,
                    direction: history.direction,
                    stream: conflict.stream,
                    sequences: conflict.sequence...conflict.sequence,
                    explanation: "\(conflict.stream) \(conflict.sequence) came again with another "
                        + "payload: \(conflict.place).",
                    proof: [Finding.Proof(conflict.place)]
                )
            )
        }
    }

    // MARK: - Helpers

    private func update(
        _ state: inout DirectionState,
        message: ObservedMessage,
        form: FieldExtractor.Form
    ) {
        state.textCount += 1
        switch form {
        case .object, .other: state.jsonCount += 1
        case .unreadable: state.unjudgedCount += 1
        case .invalid:
            // Text that is not UTF-8 is reported as that.
            guard message.isValidUTF8 else { return }
            state.broken.add(
                finding(message, "it is not JSON, and the other texts of its direction are")
            )
        }
    }

    private mutating func report(_ message: ObservedMessage, _ text: String) {
        findings.add(finding(message, text))
    }

    private func finding(_ message: ObservedMessage, _ text: String) -> Finding {
        let frames =
            message.firstFrame == message.lastFrame
            ? "frame \(message.lastFrame)" : "frames \(message.firstFrame)–\(message.lastFrame)"
        return Finding(
            .corrupted,
            direction: message.direction,
            explanation: "\(message.connection) \(message.direction.arrow) \(message.opcode) "
                + "\(frames): \(text).",
            proof: [
                Finding.Proof(
                    connection: message.connection,
                    direction: message.direction,
                    frame: message.lastFrame,
                    time: message.began
                )
            ]
        )
    }
}
