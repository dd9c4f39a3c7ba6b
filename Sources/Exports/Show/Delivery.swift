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

    /// Takes what a record says about the bytes from `start` to `end` of a direction.
    ///
    /// - Parameters:
    ///   - entry: A later record of the same connection.
    ///   - range: The bytes.
    ///   - direction: Their direction.
    ///   - received: How many bytes the direction has received so far.
    mutating func take(
        _ entry: CaptureEntry,
        range: Range<ByteOffset>,
        direction: Direction,
        received: ByteOffset
    ) {
        guard self == .open else { return }
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
        case .unknown(let time):
            "\(forwarded); when the connection ended at \(time.timeOfDay()), the "
                + "\(receiver)'s kernel had not acknowledged it: nobody can tell"
        }
    }
}
