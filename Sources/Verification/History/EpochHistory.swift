import Vocabulary

/// One run of a stream's sequence, from its start to the next reset: what was seen of each number and
/// what became of it.
struct EpochHistory {
    /// Some messages that a connection's end left open, for explanations.
    struct Leftover: Equatable {
        /// What is known of them all.
        enum Fate: Equatable {
            /// They may have been delivered.
            case unknown
            /// They never were on the wire to the receiver.
            case undelivered
            /// Only their beginning came by.
            case cut
        }

        var sequences: ClosedRange<UInt64>
        var fate: Fate
        /// What a fault did to them in the middle of their connection.
        var deed: FaultDeed?
        /// How many of them the receiver's kernel acknowledged.
        var reachedCount: UInt64 = 0
        var first: MessagePlace
        var last: MessagePlace

        /// Takes in what follows, when it has the same fate on the same connection.
        mutating func join(_ next: Leftover) -> Bool {
            guard next.fate == fate, next.deed == deed, next.last.connection == last.connection,
                next.sequences.lowerBound == sequences.upperBound &+ 1
            else { return false }
            sequences = sequences.lowerBound...next.sequences.upperBound
            reachedCount += next.reachedCount
            last = next.last
            return true
        }
    }

    /// A step over numbers that had not been seen by then.
    struct Jump: Equatable {
        var missing: ClosedRange<UInt64>
        var before: MessagePlace
        var after: MessagePlace
    }

    /// A message that was delivered after a successor.
    struct Latecomer: Equatable {
        var sequence: UInt64
        var successor: UInt64
        var place: MessagePlace
    }

    /// How many leftovers, jumps and latecomers are held for explanations; the counts do not depend on it.
    static let explanationsMax = 1024
    /// How many ranges a set may have before the stream counts as too scattered to be judged.
    static let rangesMax = 65_536

    /// The least number seen.
    private(set) var first: UInt64
    /// The greatest number seen.
    private(set) var last: UInt64
    /// Where the first message and the one with the greatest number came.
    let firstPlace: MessagePlace
    private(set) var lastPlace: MessagePlace
    private(set) var firstDigest: UInt64?
    var digests = DigestWindow()

    /// Numbers that came by whole, or were cut and could be told.
    private(set) var seen = SequenceSet()
    /// Numbers that the receiver accepted.
    private(set) var accepted = SequenceSet()
    /// Numbers that a connection's end left between reached and accepted.
    private(set) var unknown = SequenceSet()
    /// Numbers that a connection's end proves undelivered.
    private(set) var undelivered = SequenceSet()
    /// Numbers of which only the beginning came.
    private(set) var cut = SequenceSet()
    /// Numbers that were handed to the order tracker: delivered at least once, or perhaps.
    private(set) var ordered = SequenceSet()
    /// Numbers in the receiver's log.
    private(set) var logged = SequenceSet()
    /// Numbers in the producer's journal.
    var journaled = SequenceSet()

    private(set) var order = DisplacementTracker()
    /// The order of the receiver's log.
    private(set) var logOrder = DisplacementTracker()
    /// Numbers whose place in the order depends on a delivery that is not known.
    private(set) var ambiguousOrder = SequenceSet()
    private(set) var leftovers: [Leftover] = []
    private(set) var jumps: [Jump] = []
    private(set) var latecomers: [Latecomer] = []
    /// The faults that held messages back which later ones overtook; as many as latecomers are held.
    private(set) var overtakenBy: [UInt64: String] = [:]
    private(set) var recoveredCount: UInt64 = 0
    private(set) var duplicateCount: UInt64 = 0
    private(set) var isScattered = false

    /// Begins with the first message.
    init(first number: UInt64, digest: UInt64?, at place: MessagePlace) {
        first = number
        last = number
        firstPlace = place
        lastPlace = place
        firstDigest = digest
    }

    // MARK: - Inputs

    /// A message with this number came by.
    mutating func see(_ number: UInt64, digest: UInt64?, at place: MessagePlace) {
        if let digest { digests.remember(digest, of: number) }
        if number > last {
            if number - last > 1, jumps.count < Self.explanationsMax {
                jumps.append(
                    Jump(missing: last + 1...number - 1, before: lastPlace, after: place)
                )
            }
            last = number
            lastPlace = place
        } else if number < first {
            first = number
            firstDigest = digest
        }
        seen.insert(number)
        if seen.ranges.count > Self.rangesMax { isScattered = true }
    }

    /// The receiver accepted an instance of the message.
    mutating func accept(_ number: UInt64) {
        guard accepted.insert(number) else {
            duplicateCount += 1
            return
        }
        guard unknown.contains(number) || undelivered.contains(number) || cut.contains(number)
        else { return }
        settle(number...number)
    }

    /// The receiver accepted an instance of each of these messages.
    mutating func accept(_ range: ClosedRange<UInt64>) {
        let again = accepted.intersection(SequenceSet(range)).count
        duplicateCount += again
        accepted.insert(range)
        settle(range)
    }

    private mutating func settle(_ range: ClosedRange<UInt64>) {
        guard !(unknown.isEmpty && undelivered.isEmpty && cut.isEmpty) else { return }
        let open = unknown.union(undelivered).union(cut)
        recoveredCount += open.intersection(SequenceSet(range)).count
        unknown.remove(range)
        undelivered.remove(range)
        cut.remove(range)
        if unknown.isEmpty, undelivered.isEmpty, cut.isEmpty { leftovers.removeAll() }
    }

    /// A connection's end left these messages open.
    mutating func leave(_ leftover: Leftover) {
        let open = SequenceSet(leftover.sequences).subtracting(accepted)
        guard !open.isEmpty else { return }
        for range in open.ranges {
            switch leftover.fate {
            case .unknown: unknown.insert(range)
            case .undelivered: undelivered.insert(range)
            case .cut: cut.insert(range)
            }
        }
        if let index = leftovers.indices.last, leftovers[index].join(leftover) { return }
        if leftovers.count < Self.explanationsMax { leftovers.append(leftover) }
    }

    /// An instance of the message was delivered, or may have been, in the order of its connection.
    ///
    /// - Parameters:
    ///   - number: Its number.
    ///   - laneLast: The greatest number that came before it on its connection.
    ///   - place: Where it stands.
    mutating func order(
        _ number: UInt64,
        after laneLast: UInt64?,
        at place: @autoclosure () -> MessagePlace
    ) {
        if ordered.insert(number) {
            order.take(number)
            if let last = ordered.last, last > number, latecomers.count < Self.explanationsMax {
                latecomers.append(Latecomer(sequence: number, successor: last, place: place()))
            }
        } else if let laneLast, laneLast > number, !accepted.contains(number) {
            ambiguousOrder.insert(number)
        }
    }

    /// A fault held the message back until later ones had gone on.
    mutating func noteOvertaken(_ number: UInt64, because fault: String) {
        guard overtakenBy.count < Self.explanationsMax else { return }
        overtakenBy[number] = fault
    }

    /// The receiver's log holds the message.
    mutating func log(_ number: UInt64) {
        if logged.insert(number) { logOrder.take(number) }
    }

    /// The capture, and the receiver's log with it, is over.
    mutating func finish() {
        order.finish()
        logOrder.finish()
    }

    // MARK: - Outcomes

    /// The last leftover that tells of a number.
    func leftover(of number: UInt64) -> Leftover? {
        leftovers.last { $0.sequences.contains(number) }
    }

    /// The message with this number, or the next one, that was delivered after a successor.
    func latecomer(around number: UInt64) -> Latecomer? {
        latecomers.first { $0.sequence == number } ?? latecomers.first { $0.successor == number }
    }

    /// The jump over a number.
    func jump(over number: UInt64) -> Jump? {
        jumps.last { $0.missing.contains(number) }
    }
}
