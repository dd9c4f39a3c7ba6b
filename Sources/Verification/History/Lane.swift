import Vocabulary

/// The messages of one stream on one connection that are not known to be accepted yet, in the order
/// of the wire.
///
/// The newest are held one by one; older ones as ranges, so that a long connection without
/// acknowledgements costs no more than a short one.
final class Lane {
    /// One message.
    struct Instance {
        var sequence: UInt64
        var frame: UInt64
        var time: Instant
        var end: ByteOffset
        var isOrdered: Bool
    }

    /// How many messages are held one by one.
    static let detailMax = 1024

    let connection: ConnectionID
    let direction: Direction
    let epoch: Int

    private var pending: [Instance] = []
    private var head = 0
    private var isAscending = true
    /// Messages too old for details, with the first and the last of them.
    private(set) var settled = SequenceSet()
    private var settledPlaces: (first: MessagePlace, last: MessagePlace)?
    private var orderLast: UInt64?
    /// Messages that a fault holds back while later ones have gone on.
    private var deferred: [(instance: Instance, deed: FaultDeed)] = []

    /// The number of the last message, for telling steps.
    private(set) var lastSequence: UInt64?

    init(connection: ConnectionID, direction: Direction, epoch: Int) {
        self.connection = connection
        self.direction = direction
        self.epoch = epoch
    }

    // MARK: - Inputs

    /// A message came by.
    func append(_ sequence: UInt64, at place: MessagePlace, to epoch: inout EpochHistory) {
        if let lastSequence, sequence <= lastSequence { isAscending = false }
        lastSequence = sequence
        pending.append(
            Instance(
                sequence: sequence,
                frame: place.frame,
                time: place.time,
                end: place.end,
                isOrdered: false
            )
        )
        if pending.count - head > Self.detailMax { settleOldest(in: &epoch) }
    }

    /// The receiver accepted everything up to a number.
    func accept(through limit: UInt64, in epoch: inout EpochHistory) {
        if let first = settled.first, first <= limit {
            for range in settled.ranges where range.lowerBound <= limit {
                epoch.accept(range.lowerBound...min(range.upperBound, limit))
            }
            settled.remove(first...limit)
        }
        if isAscending {
            while head < pending.count, pending[head].sequence <= limit {
                order(head, in: &epoch)
                epoch.accept(pending[head].sequence)
                head += 1
            }
        } else {
            acceptScattered(through: limit, in: &epoch)
        }
        if head == pending.count {
            pending.removeAll(keepingCapacity: true)
            head = 0
        } else if head > Self.detailMax {
            pending.removeFirst(head)
            head = 0
        }
    }

    /// A fault kept the messages from going on whose last byte stands in a run.
    ///
    /// - Returns: Whether it is known which messages they are; too many may have come by since.
    func withhold(
        _ range: Range<ByteOffset>,
        _ deed: FaultDeed,
        in epoch: inout EpochHistory
    ) -> Bool {
        if let places = settledPlaces, range.lowerBound < places.last.end { return false }
        // Nearly always it is the newest one.
        var index = pending.count
        while index > head, pending[index - 1].end > range.lowerBound {
            index -= 1
            guard pending[index].end <= range.upperBound else { continue }
            let instance = pending.remove(at: index)
            if deed.kind == .deferred {
                deferred.append((instance, deed))
            } else {
                leave(instance, deed, in: &epoch)
            }
        }
        return true
    }

    /// A message goes on that was held back.
    ///
    /// - Parameters:
    ///   - origin: Where its first byte stands.
    ///   - offset: What goes before it.
    ///   - fault: The fault that held it.
    ///   - epoch: Its epoch.
    func readmit(
        from origin: ByteOffset,
        at offset: ByteOffset,
        _ fault: String,
        in epoch: inout EpochHistory
    ) {
        let candidates = deferred.indices.filter { deferred[$0].instance.end > origin }
        guard
            let index = candidates.min(by: {
                deferred[$0].instance.end < deferred[$1].instance.end
            })
        else { return }
        var instance = deferred.remove(at: index).instance
        instance.end = offset
        epoch.noteOvertaken(instance.sequence, because: fault)
        pending.append(instance)
        isAscending = false
    }

    /// The connection ended: everything that is left is judged by how far its bytes had come.
    func end(_ end: DirectionEnd, in epoch: inout EpochHistory) {
        if let places = settledPlaces, !settled.isEmpty {
            // Of a range only its ends are known: it counts as its worse end does.
            let delivery = end.delivery(ofMessageEndingAt: places.last.end)
            for range in settled.ranges {
                leave(
                    range,
                    delivery == .undelivered ? .unknown(isReached: false) : delivery,
                    first: places.first,
                    last: places.last,
                    in: &epoch
                )
            }
        }
        for (instance, deed) in deferred { leave(instance, deed, in: &epoch) }
        deferred = []
        var index = head
        while index < pending.count {
            let delivery = end.delivery(ofMessageEndingAt: pending[index].end)
            let start = index
            while index < pending.count,
                pending[index].sequence == pending[start].sequence + UInt64(index - start),
                end.delivery(ofMessageEndingAt: pending[index].end) == delivery
            {
                if delivery != .undelivered { order(index, in: &epoch) }
                index += 1
            }
            leave(
                pending[start].sequence...pending[index - 1].sequence,
                delivery,
                first: place(of: pending[start]),
                last: place(of: pending[index - 1]),
                in: &epoch
            )
        }
        pending = []
        head = 0
        settled = SequenceSet()
    }

    // MARK: - Helpers

    private func settleOldest(in epoch: inout EpochHistory) {
        order(head, in: &epoch)
        let oldest = pending[head]
        let place = place(of: oldest)
        settledPlaces = (settledPlaces?.first ?? place, place)
        settled.insert(oldest.sequence)
        head += 1
        if head > Self.detailMax {
            pending.removeFirst(head)
            head = 0
        }
    }

    /// A number was passed over: what came before an accepted message on the same connection was
    /// delivered before it, accepted or not, because TCP keeps the order.
    private func acceptScattered(through limit: UInt64, in epoch: inout EpochHistory) {
        guard
            let lastAccepted = pending.indices.last(where: {
                $0 >= head && pending[$0].sequence <= limit
            })
        else { return }
        for index in head...lastAccepted { order(index, in: &epoch) }
        var kept: [Instance] = []
        for instance in pending[head...] {
            if instance.sequence <= limit {
                epoch.accept(instance.sequence)
            } else {
                kept.append(instance)
            }
        }
        pending = kept
        head = 0
        isAscending = zip(kept, kept.dropFirst()).allSatisfy { $0.sequence < $1.sequence }
    }

    private func order(_ index: Int, in epoch: inout EpochHistory) {
        guard !pending[index].isOrdered else { return }
        pending[index].isOrdered = true
        epoch.order(pending[index].sequence, after: orderLast, at: place(of: pending[index]))
        orderLast = max(orderLast ?? 0, pending[index].sequence)
    }

    private func leave(
        _ instance: Instance,
        _ deed: FaultDeed,
        in epoch: inout EpochHistory
    ) {
        let place = place(of: instance)
        epoch.leave(
            EpochHistory.Leftover(
                sequences: instance.sequence...instance.sequence,
                fate: .undelivered,
                deed: deed,
                first: place,
                last: place
            )
        )
    }

    private func leave(
        _ range: ClosedRange<UInt64>,
        _ delivery: Delivery,
        first: MessagePlace,
        last: MessagePlace,
        in epoch: inout EpochHistory
    ) {
        var leftover = EpochHistory.Leftover(
            sequences: range,
            fate: .unknown,
            first: first,
            last: last
        )
        switch delivery {
        case .accepted: return epoch.accept(range)
        case .undelivered: leftover.fate = .undelivered
        case .unknown(isReached: true): leftover.reachedCount = SequenceSet.length(of: range)
        case .unknown(isReached: false): break
        }
        epoch.leave(leftover)
    }

    private func place(of instance: Instance) -> MessagePlace {
        MessagePlace(
            connection: connection,
            direction: direction,
            frame: instance.frame,
            time: instance.time,
            end: instance.end
        )
    }
}
