import CaptureFormat
import Vocabulary

/// Turns the outcome of some messages of one epoch into findings that say what happened to them.
struct Story {
    var stream: StreamHistory
    var epoch: EpochHistory
    var direction: Direction
    var evidence: LossChecker.Evidence

    // MARK: - Splitting

    /// Cuts a set into ranges that share one explanation.
    func split(_ set: SequenceSet) -> [ClosedRange<UInt64>] {
        set.ranges.flatMap { split($0) { epoch.leftover(of: $0)?.sequences } }
    }

    /// Cuts a set of missing numbers into ranges that share one jump.
    func splitByJumps(_ set: SequenceSet) -> [ClosedRange<UInt64>] {
        set.ranges.flatMap { split($0) { epoch.jump(over: $0)?.missing } }
    }

    private func split(
        _ range: ClosedRange<UInt64>,
        by piece: (UInt64) -> ClosedRange<UInt64>?
    ) -> [ClosedRange<UInt64>] {
        var result: [ClosedRange<UInt64>] = []
        var lower = range.lowerBound
        while result.count < FindingList.heldMax, let known = piece(lower),
            known.upperBound < range.upperBound
        {
            result.append(lower...known.upperBound)
            lower = known.upperBound + 1
        }
        result.append(lower...range.upperBound)
        return result
    }

    // MARK: - Findings

    func inFlight(_ range: ClosedRange<UInt64>) -> Finding {
        if let deed = epoch.leftover(of: range.lowerBound)?.deed { return done(deed, range) }
        return finding(.lost, .inFlight, range) { leftover in
            "\(cameBy(leftover)), and \(stayed(leftover)) before \(end(of: leftover)). "
                + "\(neverAgain(after: leftover, range: range))"
        }
    }

    private func done(_ deed: FaultDeed, _ range: ClosedRange<UInt64>) -> Finding {
        let cause: LossCause = deed.kind == .altered ? .faultAltered : .faultDropped
        return finding(.lost, cause, range) { leftover in
            "\(cameBy(leftover)), and the fault \(words(deed, range)). "
                + "\(range.word("It was", "They were")) not sent again."
        }
    }

    private func words(_ deed: FaultDeed, _ range: ClosedRange<UInt64>) -> String {
        switch deed.kind {
        case .dropped: "'\(deed.fault)' dropped \(them(range))"
        case .altered: "'\(deed.fault)' sent something else instead"
        case .deferred: "'\(deed.fault)' held \(them(range)) back and never let \(them(range)) go"
        }
    }

    func leftOpen(_ range: ClosedRange<UInt64>) -> Finding {
        finding(.unknown, .inFlight, range) { leftover in
            let fate =
                leftover.deed.map { "the fault \(words($0, range))" }
                ?? "\(stayed(leftover)) before \(end(of: leftover))"
            return "\(cameBy(leftover)), and \(fate). "
                + "Whether the sender sent \(them(range)) again is not in the capture."
        }
    }

    func unknown(_ range: ClosedRange<UInt64>) -> Finding {
        finding(.unknown, nil, range) { leftover in
            "\(cameBy(leftover)), \(progress(of: leftover)), but \(end(of: leftover)) before the "
                + "\(receiver) accepted \(them(range)). "
                + "\(neverAgain(after: leftover, range: range))"
        }
    }

    func cut(_ range: ClosedRange<UInt64>) -> Finding {
        guard hasEnded(range.lowerBound) else { return cutByCapture(range) }
        return finding(.lost, .cut, range) { leftover in
            "only the beginning came by, \(leftover.last), when \(end(of: leftover)). "
                + "\(neverAgain(after: leftover, range: range))"
        }
    }

    /// The rest may stand in the run's next file, or come while the proxy goes on.
    private func cutByCapture(_ range: ClosedRange<UInt64>) -> Finding {
        finding(.unknown, .cut, range) { leftover in
            "only the beginning came by, \(leftover.last), before \(end(of: leftover)). Whether the "
                + "rest came is not in the capture."
        }
    }

    func notLogged(_ range: ClosedRange<UInt64>) -> Finding {
        finding(.lost, .notLogged, range) { leftover in
            "\(cameBy(leftover)), and may have reached the \(receiver) before \(end(of: leftover)), "
                + "but \(range.word("it is", "they are")) not in the receiver's log."
        }
    }

    func neverSent(_ range: ClosedRange<UInt64>) -> Finding {
        missing(range, .lost, .neverSent, "never came by")
    }

    func perhapsNotRecorded(_ range: ClosedRange<UInt64>) -> Finding {
        let verb = range.word("is", "are")
        return missing(range, .unknown, nil, "\(verb) not in the capture, which has gaps")
    }

    func perhapsOpaque(_ range: ClosedRange<UInt64>) -> Finding {
        missing(range, .unknown, nil, "never came by, unless as messages that are no JSON")
    }

    // MARK: - Words

    private func missing(
        _ range: ClosedRange<UInt64>,
        _ anomaly: Anomaly,
        _ cause: LossCause?,
        _ what: String
    ) -> Finding {
        guard let jump = epoch.jump(over: range.lowerBound) else {
            let source = epoch.journaled.contains(range.lowerBound) ? ", though journaled" : ""
            return make(
                anomaly,
                cause,
                range,
                "\(label(range)) \(what)\(source).",
                proof: [Finding.Proof(epoch.lastPlace)]
            )
        }
        return make(
            anomaly,
            cause,
            range,
            "\(label(range)) \(what): after \(jump.missing.lowerBound - 1) on \(jump.before) follows "
                + "\(jump.missing.upperBound + 1) on \(jump.after).",
            proof: [Finding.Proof(jump.before), Finding.Proof(jump.after)]
        )
    }

    private func finding(
        _ anomaly: Anomaly,
        _ cause: LossCause?,
        _ range: ClosedRange<UInt64>,
        _ text: (EpochHistory.Leftover) -> String
    ) -> Finding {
        guard let leftover = epoch.leftover(of: range.lowerBound) else {
            // Accepted by an acknowledgement, and missing in the log nevertheless.
            return make(
                anomaly,
                cause,
                range,
                "\(label(range)) came by and \(range.word("was", "were")) acknowledged, but "
                    + "\(range.word("is", "are")) not in the receiver's log.",
                proof: []
            )
        }
        let proof = [leftover.first, leftover.last].map(Finding.Proof.init)
        return make(
            anomaly,
            cause,
            range,
            "\(label(range)) \(text(leftover))",
            proof: leftover.first == leftover.last ? [proof[0]] : proof
        )
    }

    private func make(
        _ anomaly: Anomaly,
        _ cause: LossCause?,
        _ range: ClosedRange<UInt64>,
        _ explanation: String,
        proof: [Finding.Proof]
    ) -> Finding {
        Finding(
            anomaly,
            cause: cause,
            direction: direction,
            stream: stream.isNumbered ? stream.name : nil,
            sequences: stream.isNumbered ? range : nil,
            count: SequenceSet.length(of: range),
            explanation: explanation,
            proof: proof
        )
    }

    private var receiver: String { Wording.receiver(of: direction) }

    private func label(_ range: ClosedRange<UInt64>) -> String {
        let count = SequenceSet.length(of: range)
        guard stream.isNumbered else {
            return "\(Wording.count(count, "message")) without a number"
        }
        let name = stream.name.isEmpty ? "message" : stream.name
        return "\(name) \(Wording.range(range))" + (count == 1 ? "" : " (\(count) messages)")
    }

    private func cameBy(_ leftover: EpochHistory.Leftover) -> String {
        leftover.first == leftover.last
            ? "came by on \(leftover.last)"
            : "came by on \(leftover.first.connection), frames \(leftover.first.frame)–"
                + "\(leftover.last.frame), until \(leftover.last.time.timeOfDay())"
    }

    /// `never went on to the client`, and the fault that kept it, where one did.
    private func stayed(_ leftover: EpochHistory.Leftover) -> String {
        let place = LossChecker.Withheld(
            connection: leftover.last.connection,
            direction: direction
        )
        let closed = evidence.ends[place.connection]?.closed
        guard let fault = evidence.withheld[place],
            // The end of the connection names it already.
            !(closed?.cause == .fault && closed?.detail == fault)
        else {
            return "never went on to the \(receiver)"
        }
        return "never went on to the \(receiver), because of the fault '\(fault)',"
    }

    private func progress(of leftover: EpochHistory.Leftover) -> String {
        let count = SequenceSet.length(of: leftover.sequences)
        let kernel = "the \(receiver)'s kernel acknowledged"
        return switch leftover.reachedCount {
        case 0: "and may have been on the wire to the \(receiver)"
        case count: "and \(kernel) \(them(leftover.sequences))"
        default: "and \(kernel) \(leftover.reachedCount) of them"
        }
    }

    /// Whether the connection that left a number open has ended in the capture.
    private func hasEnded(_ number: UInt64) -> Bool {
        guard let leftover = epoch.leftover(of: number) else { return true }
        return evidence.ends[leftover.last.connection] != nil
    }

    private func end(of leftover: EpochHistory.Leftover) -> String {
        let connection = leftover.last.connection
        guard let end = evidence.ends[connection] else {
            return "the capture ended while \(connection) was open"
        }
        return Wording.end(of: end.closed, at: end.time)
    }

    private func neverAgain(
        after leftover: EpochHistory.Leftover,
        range: ClosedRange<UInt64>
    ) -> String {
        let later = evidence.sessions.connections(of: stream.session)
            .filter { $0 > leftover.last.connection }
        let it = range.word("It was", "They were")
        guard let first = later.first, let last = later.last else {
            return "\(it) not sent again: no connection followed."
        }
        let places = first == last ? "\(first)" : "\(first)–\(last)"
        return "\(it) not sent again on \(places)."
    }

    private func them(_ range: ClosedRange<UInt64>) -> String {
        range.word("it", "them")
    }
}

extension ClosedRange<UInt64> {
    /// The word for one number or for several.
    fileprivate func word(_ one: String, _ many: String) -> String {
        lowerBound == upperBound ? one : many
    }
}
