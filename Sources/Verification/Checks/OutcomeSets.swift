/// What became of each number of one epoch: every due number is in exactly one of the sets.
struct OutcomeSets {
    /// The receiver had it.
    var delivered: SequenceSet
    /// Only its beginning came by.
    var cut = SequenceSet()
    /// It came by and never was on the wire to the receiver.
    var inFlight = SequenceSet()
    /// Its number never came by.
    var neverSent = SequenceSet()
    /// It was on the wire and is not in the receiver's log.
    var notLogged = SequenceSet()
    /// Nobody can tell.
    var unknown = SequenceSet()

    /// Sorts an epoch's numbers.
    ///
    /// - Parameters:
    ///   - epoch: The epoch.
    ///   - isNumbered: Whether its numbers are the producer's own; otherwise none can be missing.
    ///   - isLogged: Whether the receiver's log decides what was delivered.
    init(_ epoch: EpochHistory, isNumbered: Bool, isLogged: Bool) {
        let due =
            isNumbered ? epoch.seen.union(epoch.seen.holes).union(epoch.journaled) : epoch.seen
        delivered = isLogged ? epoch.logged : epoch.accepted
        let missing = due.subtracting(delivered)
        neverSent = missing.subtracting(epoch.seen).subtracting(epoch.cut)
        let perhaps = epoch.unknown
        cut = missing.intersection(epoch.cut).subtracting(perhaps).subtracting(epoch.undelivered)
        inFlight = missing.intersection(epoch.undelivered).subtracting(perhaps)
        let rest = missing.subtracting(neverSent).subtracting(cut).subtracting(inFlight)
        if isLogged { notLogged = rest } else { unknown = rest }
    }
}
