import CaptureFormat
import Vocabulary

/// Checks that everything that was sent, or was due, was delivered.
///
/// - *Due* is what came by whole, what is missing between two numbers of a stream, and what stands in
///   the producer's journal.
/// - *Delivered* is what the receiver accepted (``Delivery``); with the receiver's log, exactly what
///   stands in it.
/// - *Lost* needs proof: no instance was ever on the wire to the receiver, or the number never came by.
/// - *Unknown* is everything between; one unknown message makes the check inconclusive.
/// - *Recovered* is what a connection's end left open and a later connection delivered: no finding.
struct LossChecker {
    /// One direction of one connection.
    struct Withheld: Hashable {
        var connection: ConnectionID
        var direction: Direction
    }

    /// What the streams are judged with.
    struct Evidence {
        var sessions: SessionTable
        var ends: [ConnectionID: (closed: ClosedRecord, time: Instant)]
        var received: ListedMessages?
        var journal: ListedMessages?
        var coverage: Coverage
        var fileState: FileState
        var lostCuts: [CutMessage]
        /// The faults that kept bytes from going on, by connection and direction.
        var withheld: [Withheld: String]
    }

    /// From which share of messages with a number on a direction can be judged by numbers.
    static let sequencedShareMin = 0.9
    /// From which share of steps by one on a number counts as a sequence.
    static let stepShareMin = 0.5
    /// How many other steps are forgiven before the share counts: a short run may well lose much.
    static let otherStepsForgiven: UInt64 = 3

    private let evidence: Evidence
    private var findings = FindingList()
    private var reasons: [String] = []
    private(set) var figures = VerdictFigures()
    private var judgedStreamCount: UInt64 = 0
    private var isApplicable = false

    init(_ evidence: Evidence) {
        self.evidence = evidence
    }

    /// How the check ended, for both directions together.
    mutating func result(histories: [DeliveryHistory]) -> CheckResult {
        for history in histories { judge(history, histories: histories) }
        judgeUnseenStreams(histories: histories)
        if isApplicable { reasons += evidence.coverage.reasons }
        for connection in evidence.sessions.guesses {
            reasons.append(
                "Which earlier connection \(connection) continues is not certain: several fit."
            )
        }
        figures.lostCount = findings.count(of: .lost)
        figures.unknownCount = findings.count(of: .unknown)
        let outcome: Outcome =
            if figures.lostCount > 0 {
                .fail
            } else if figures.unknownCount > 0 || !reasons.isEmpty {
                .inconclusive
            } else {
                isApplicable ? .pass : .notApplicable
            }
        return CheckResult(
            .loss,
            outcome,
            summary: summary,
            reasons: reasons,
            findings: findings
        )
    }

    private var summary: String {
        guard isApplicable else { return "no data messages to judge" }
        var parts: [String] = []
        if figures.lostCount > 0 { parts.append("\(figures.lostCount) lost") }
        if figures.unknownCount > 0 { parts.append("\(figures.unknownCount) unknown") }
        parts.append("\(figures.deliveredCount) delivered")
        if figures.recoveredCount > 0 {
            parts.append("\(figures.recoveredCount) of them recovered")
        }
        return parts.joined(separator: ", ")
    }

    // MARK: - One direction

    private mutating func judge(_ history: DeliveryHistory, histories: [DeliveryHistory]) {
        let isLogged = evidence.received?.direction(of: histories) == history.direction
        figures.resentCount += history.resentCount
        guard history.messageCount > 0 || history.unreadableCount > 0 else { return }
        isApplicable = true
        let hasJournal = evidence.journal?.direction(of: histories) == history.direction
        let isNumbered = judgeNumbers(of: history, isJournaled: hasJournal)
        for stream in history.streams where stream.isNumbered == false || isNumbered {
            if stream.hasTooManyEpochs {
                reasons.append("\(stream.name) begins anew too often to be judged.")
            }
            judgedStreamCount += 1
            for epoch in stream.epochs {
                judge(epoch, of: stream, in: history, isLogged: isLogged && stream.isNumbered)
            }
        }
        if isLogged { judgeUnnumberedByLog(history) }
        judgeCuts(of: history.direction)
        if history.unreadableCount > 0 {
            reasons.append(
                Wording.count(history.unreadableCount, "\(history.direction) message")
                    + " could not be read: what is missing may be among them."
            )
        }
        if history.unplacedDeedCount > 0 {
            reasons.append(
                "Faults touched \(history.direction) messages after more than "
                    + "\(Lane.detailMax) others had come by: which ones is not known."
            )
        }
        if history.hasTooManyStreams {
            reasons.append(
                "More than \(DeliveryHistory.streamsMax) streams: the others were not judged."
            )
        }
    }

    /// Whether the direction's numbers can be trusted as sequences; says why not.
    private mutating func judgeNumbers(of history: DeliveryHistory, isJournaled: Bool) -> Bool {
        let detection = history.detection
        let direction = history.direction
        guard let name = history.fields.sequence else {
            if !isJournaled {
                reasons.append(
                    "No sequence number was found in the \(direction) messages: what was never "
                        + "sent cannot be seen missing. Give the producer's journal (--journal)."
                )
            }
            return true
        }
        if detection.sequencedShare < Self.sequencedShareMin, !isJournaled {
            reasons.append(
                "Only \(Self.percent(detection.sequencedShare)) of the \(direction) messages carry "
                    + "'\(name.text)': what was never sent of the others cannot be seen missing."
            )
        }
        guard detection.stepShare < Self.stepShareMin,
            detection.stepCount - detection.stepsOfOne > Self.otherStepsForgiven
        else { return true }
        reasons.append(
            "'\(name.text)' in the \(direction) messages steps by one in only "
                + "\(Self.percent(detection.stepShare)) of the cases: it is no sequence number."
        )
        return false
    }

    private static func percent(_ share: Double) -> String {
        "\(Int((share * 100).rounded(.down))) %"
    }

    // MARK: - One epoch of one stream

    private mutating func judge(
        _ epoch: EpochHistory,
        of stream: StreamHistory,
        in history: DeliveryHistory,
        isLogged: Bool
    ) {
        figures.duplicateCount += epoch.duplicateCount
        figures.recoveredCount += epoch.recoveredCount
        if epoch.isScattered {
            reasons.append("\(stream.name) has too many gaps to be judged one by one.")
            return
        }
        let sets = OutcomeSets(epoch, isNumbered: stream.isNumbered, isLogged: isLogged)
        figures.deliveredCount += sets.delivered.count
        let story = Story(
            stream: stream,
            epoch: epoch,
            direction: history.direction,
            evidence: evidence
        )
        for range in story.split(sets.cut) { findings.add(story.cut(range)) }
        for range in story.split(sets.inFlight) {
            findings.add(
                isResendPossible(range, epoch: epoch, stream: stream) && !isLogged
                    ? story.leftOpen(range) : story.inFlight(range)
            )
        }
        for range in story.splitByJumps(sets.neverSent) {
            if !isLogged, !evidence.coverage.isComplete || history.unreadableCount > 0 {
                findings.add(story.perhapsNotRecorded(range))
            } else if !isLogged, mayBeOpaque(range, in: history) {
                findings.add(story.perhapsOpaque(range))
            } else {
                findings.add(story.neverSent(range))
            }
        }
        for range in story.split(sets.notLogged) { findings.add(story.notLogged(range)) }
        for range in story.split(sets.unknown) { findings.add(story.unknown(range)) }
    }

    /// Whether missing numbers may be those of messages whose number cannot be read, because enough of them
    /// came by and numbers are not what nearly all messages have.
    private func mayBeOpaque(_ range: ClosedRange<UInt64>, in history: DeliveryHistory) -> Bool {
        history.detection.sequencedShare < Self.sequencedShareMin
            && history.opaqueCount >= SequenceSet.length(of: range)
    }

    /// Whether the capture stops before the producer had a chance to send again, or does not cover
    /// all that it sent.
    private func isResendPossible(
        _ range: ClosedRange<UInt64>,
        epoch: EpochHistory,
        stream: StreamHistory
    ) -> Bool {
        guard evidence.coverage.isComplete else { return true }
        guard case .unfinished = evidence.fileState else { return false }
        let last = evidence.sessions.connections(of: stream.session).last
        return epoch.leftover(of: range.lowerBound)?.last.connection == last
    }

    // MARK: - Messages without a number, cuts, unseen streams

    private mutating func judgeUnnumberedByLog(_ history: DeliveryHistory) {
        guard let received = evidence.received else { return }
        var missing: UInt64 = 0
        for (digest, count) in history.digestCounts where received.digests[digest] == nil {
            missing += count
        }
        guard missing > 0 else { return }
        findings.add(
            Finding(
                .lost,
                cause: .notLogged,
                direction: history.direction,
                count: missing,
                explanation: Wording.count(missing, "message")
                    + " without a number came by and \(missing == 1 ? "is" : "are") not in the "
                    + "receiver's log."
            )
        )
    }

    private mutating func judgeCuts(of direction: Direction) {
        for cut in evidence.lostCuts where cut.place.direction == direction {
            let size = cut.announcedByteCount.map { " of \($0)" } ?? ""
            let end = evidence.ends[cut.place.connection].map {
                ": " + Wording.end(of: $0.closed, at: $0.time)
            }
            findings.add(
                Finding(
                    .unknown,
                    cause: .cut,
                    direction: direction,
                    explanation: "A message was cut after \(cut.prefix.count)\(size) bytes, "
                        + "\(cut.place)\(end ?? "; the capture ends there"). Which message it was, "
                        + "and whether it was sent again, is not known.",
                    proof: [Finding.Proof(cut.place)]
                )
            )
        }
    }

    /// Streams that stand in the journal and never came by.
    private mutating func judgeUnseenStreams(histories: [DeliveryHistory]) {
        guard let journal = evidence.journal else { return }
        let direction = journal.direction(of: histories)
        for (name, numbers) in journal.unseenStreams.sorted(by: { $0.key < $1.key }) {
            isApplicable = true
            let logged = evidence.received?.unseenStreams[name] ?? SequenceSet()
            for range in numbers.subtracting(logged).ranges {
                let count = SequenceSet.length(of: range)
                findings.add(
                    Finding(
                        .lost,
                        cause: .neverSent,
                        direction: direction,
                        stream: name,
                        sequences: range,
                        count: count,
                        explanation: "\(name) \(Wording.range(range)) "
                            + "(\(Wording.count(count, "message"))) \(count == 1 ? "is" : "are") in "
                            + "the producer's journal and never came by."
                    )
                )
            }
        }
        let unmatched = journal.unmatchedCount
        guard unmatched > 0 else { return }
        findings.add(
            Finding(
                .lost,
                cause: .neverSent,
                direction: direction,
                count: unmatched,
                explanation: Wording.count(unmatched, "message")
                    + " without a number \(unmatched == 1 ? "is" : "are") in the producer's journal "
                    + "and never came by."
            )
        )
    }
}
