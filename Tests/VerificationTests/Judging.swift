import CaptureFormat
import TestKit
import Verification
import Vocabulary

/// Verifies a history on one line.
func verdict(
    _ history: String,
    received: [String]? = nil,
    journal: [String]? = nil,
    fileState: FileState = .sealed,
    allowsEmpty: Bool = false
) -> Verdict {
    verdict(
        History(history).entries,
        received: received,
        journal: journal,
        fileState: fileState,
        allowsEmpty: allowsEmpty
    )
}

/// Verifies records.
func verdict(
    _ entries: [HistoryBuilder.Recorded],
    received: [String]? = nil,
    journal: [String]? = nil,
    fileState: FileState = .sealed,
    allowsEmpty: Bool = false,
    limits: MessageLimits = MessageLimits()
) -> Verdict {
    var verifier = Verifier(
        options: VerificationOptions(
            allowsEmpty: allowsEmpty,
            expectsLists: received != nil || journal != nil,
            limits: limits
        )
    )
    for recorded in entries {
        verifier.observe(recorded.entry, bytes: recorded.bytes.span.bytes)
    }
    if received != nil { verifier.beginReceived() }
    for line in received ?? [] { verifier.observeReceived(line: Array(line.utf8).span.bytes) }
    if journal != nil { verifier.beginJournal() }
    for line in journal ?? [] { verifier.observeJournal(line: Array(line.utf8).span.bytes) }
    return verifier.finish(fileState: fileState)
}

extension Verdict {
    /// The findings of one check in short: `lost m 4–5 in-flight`.
    func found(_ check: Check) -> [String] {
        (self[check]?.findings.held ?? []).map { finding in
            var words = [finding.anomaly.rawValue]
            if let stream = finding.stream { words.append(stream) }
            if let range = finding.sequences {
                words.append(
                    range.lowerBound == range.upperBound
                        ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
                )
            }
            if let cause = finding.cause { words.append(cause.rawValue) }
            return words.joined(separator: " ")
        }
    }

    /// How one check ended.
    func outcome(_ check: Check) -> Outcome? { self[check]?.outcome }
}
