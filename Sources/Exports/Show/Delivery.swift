internal import CaptureFormat
internal import Vocabulary

/// What became of a run of bytes behind the proxy (docs/capture-format.md, section 7).
enum Delivery: Equatable {
    /// The capture says nothing yet, or ends before it does.
    case open
    /// The receiving kernel had all of it, at the latest at this time.
    case acknowledged(by: Instant)
    /// The last so many bytes of it were not forwarded.
    case undeliverable(byteCount: UInt64, cause: String)
    /// When the connection ended, not all of it had been put on the wire.
    case neverOnWire(ended: Instant)
    /// When the connection ended it was on the wire, and not acknowledged.
    case unknown(ended: Instant)
    /// A fault dropped it, or held it back while others went on.
    case withheld(deed: String, fault: String)
    /// Something else went on in its place.
    case rewritten(deed: String, byteCount: Int, fault: String)

    /// Whether a later record may say more.
    var isOpen: Bool {
        switch self {
        case .open: true
        // It may still be let go.
        case .withheld(let deed, _): deed == "deferred"
        default: false
        }
    }

    /// Takes what a record says about the bytes from `start` to `end` of a direction.
    ///
    /// - Parameters:
    ///   - entry: A later record of the same connection.
    ///   - range: The bytes as they were received.
    ///   - sent: Where they went on.
    ///   - direction: Their direction.
    ///   - received: Where the last byte that the direction has received would go on.
    mutating func take(
        _ entry: CaptureEntry,
        range: Range<ByteOffset>,
        sent: Range<ByteOffset>,
        direction: Direction,
        received: ByteOffset
    ) {
        if case .rewrite(let rewrite) = entry.record, rewrite.direction == direction {
            take(rewrite, range: range)
        }
        guard self == .open else { return }
        let range = sent
        switch entry.record {
        case .progress(let progress):
            if Self.isAcknowledged(range, progress[direction.targetLeg]) {
                self = .acknowledged(by: entry.time)
            }
        case .outcome(let outcome):
            guard outcome.kind == .undeliverable, outcome.direction == direction else { return }
            let forwarded = received - min(received, outcome.byteCount)
            guard range.upperBound > forwarded else { return }
            self = .undeliverable(
                byteCount: range.upperBound - max(range.lowerBound, forwarded),
                cause: outcome.cause
            )
        case .closed(let closed):
            let leg = closed[direction.targetLeg]
            if Self.isAcknowledged(range, leg) {
                self = .acknowledged(by: entry.time)
            } else if leg.isKnown, range.upperBound > leg.written - min(leg.written, leg.unsent) {
                self = .neverOnWire(ended: entry.time)
            } else {
                self = .unknown(ended: entry.time)
            }
        default: return
        }
    }

    private mutating func take(_ rewrite: RewriteRecord, range: Range<ByteOffset>) {
        let isMeant =
            rewrite.byteCount > 0
            ? rewrite.range.overlaps(range)
            : rewrite.origin == range.lowerBound && rewrite.kind != .inserted
        guard isMeant else { return }
        switch rewrite.kind {
        case .dropped, .deferred:
            self = .withheld(deed: "\(rewrite.kind)", fault: rewrite.cause)
        case .altered, .recoded, .late:
            self = .rewritten(
                deed: "\(rewrite.kind)",
                byteCount: rewrite.sent.count,
                fault: rewrite.cause
            )
        case .duplicated, .inserted: return
        }
    }

    private static func isAcknowledged(_ range: Range<ByteOffset>, _ leg: LegProgress) -> Bool {
        leg.isKnown && leg.acknowledged >= range.upperBound
    }

    /// One sentence without its full stop.
    ///
    /// - Parameters:
    ///   - receiver: Who was to have the bytes.
    ///   - hold: What a fault has done to them before.
    /// - Returns: The sentence.
    func sentence(receiver: String, hold: Hold? = nil) -> String {
        let forwarded = hold?.words ?? "forwarded as it came"
        return switch self {
        case .open:
            "\(forwarded); the capture ends before it says whether the \(receiver)'s "
                + "kernel had it"
        case .acknowledged(let time):
            "\(forwarded); the \(receiver)'s kernel had it by \(time.timeOfDay())"
        case .undeliverable(let byteCount, let cause):
            "its last \(byteCount) bytes were not forwarded: \(cause)"
        case .neverOnWire(let time):
            "taken by this machine's kernel, and not all of it was on the wire to the \(receiver) "
                + "when the connection ended at \(time.timeOfDay())"
        case .withheld("deferred", let fault):
            "held back by '\(fault)' while later ones went on, and never let go"
        case .withheld(_, let fault): "dropped by '\(fault)': it never went on to the \(receiver)"
        case .rewritten("late", _, let fault):
            "held back by '\(fault)' while later ones went on, then forwarded"
        case .rewritten("altered", let byteCount, let fault):
            "altered by '\(fault)': \(byteCount) other bytes went on to the \(receiver)"
        case .rewritten(_, let byteCount, let fault):
            "the same message went on in \(byteCount) bytes of other frames, because of '\(fault)'"
        case .unknown(let time):
            "\(forwarded); when the connection ended at \(time.timeOfDay()), the "
                + "\(receiver)'s kernel had not acknowledged it: nobody can tell"
        }
    }
}
