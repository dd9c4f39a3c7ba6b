import Vocabulary

/// Checks that each stream was delivered in the order of its numbers.
///
/// - *Reordered*: a message whose first delivery came after that of a successor in its stream and
///   epoch. Reported is the smallest set of messages whose moving explains the order.
/// - The order of delivery is that of the wire, connection by connection, because TCP keeps it; with a
///   receiver's log it is that of the log.
/// - Where it is not known which of two instances was delivered first, and the order depends on it,
///   the check is inconclusive. Messages without a number have no order to keep.
enum OrderChecker {
    /// How the check ended.
    static func result(
        histories: [DeliveryHistory],
        loggedDirection: Direction?,
        coverage: Coverage
    ) -> CheckResult {
        var findings = FindingList()
        var streamCount: UInt64 = 0
        var ambiguous: [String] = []
        for history in histories {
            for stream in history.streams where stream.isNumbered {
                streamCount += 1
                for epoch in stream.epochs {
                    let isLogged = history.direction == loggedDirection
                    let displaced = (isLogged ? epoch.logOrder : epoch.order).displaced
                    for range in displaced.ranges {
                        findings.add(
                            finding(range, stream: stream, epoch: epoch, in: history.direction)
                        )
                    }
                    if !isLogged, !epoch.ambiguousOrder.isEmpty {
                        ambiguous.append("\(stream.name) \(epoch.ambiguousOrder)")
                    }
                }
            }
        }
        var reasons = streamCount > 0 ? coverage.reasons : []
        if !ambiguous.isEmpty {
            reasons.append(
                "Whether these were delivered before or after their successors is not known: "
                    + ambiguous.prefix(10).joined(separator: "; ") + "."
            )
        }
        let outcome: Outcome =
            if !findings.isEmpty {
                .fail
            } else if !reasons.isEmpty {
                .inconclusive
            } else {
                streamCount == 0 ? .notApplicable : .pass
            }
        let summary =
            streamCount == 0
            ? "no numbered stream" : Wording.count(streamCount, "numbered stream")
        return CheckResult(.order, outcome, summary: summary, reasons: reasons, findings: findings)
    }

    private static func finding(
        _ range: ClosedRange<UInt64>,
        stream: StreamHistory,
        epoch: EpochHistory,
        in direction: Direction
    ) -> Finding {
        let count = SequenceSet.length(of: range)
        let name = "\(stream.name) \(Wording.range(range))"
        let messages = count == 1 ? "" : " (\(count) messages)"
        guard let latecomer = epoch.latecomer(around: range.lowerBound) else {
            return Finding(
                .reordered,
                direction: direction,
                stream: stream.name,
                sequences: range,
                count: count,
                explanation: "\(name)\(messages) came out of turn."
            )
        }
        let fault =
            epoch.overtakenBy[latecomer.sequence].map { "; the fault '\($0)' held it back" } ?? ""
        return Finding(
            .reordered,
            direction: direction,
            stream: stream.name,
            sequences: range,
            count: count,
            explanation: "\(name)\(messages) came out of turn: \(latecomer.sequence) was delivered "
                + "after \(latecomer.successor), \(latecomer.place)\(fault).",
            proof: [Finding.Proof(latecomer.place)]
        )
    }
}
