internal import Vocabulary

/// The bytes that one side of a TCP connection sends, put in order (RFC 9293 §3.10.7.4).
///
/// Offsets count from the side's first byte, in 64 bits; sequence numbers wrap after 2³².
///
/// ```
///   0 … handed on … next        hole      held segments      end
///   ├──────────────────┤ - - - - - - - ├───────┤ - - ├──────┤
///                             acknowledged through ┘
/// ```
struct HalfStream {
    /// What a segment, or the end of waiting, makes known.
    enum Step {
        /// The next bytes, which are the given run of the segment's payload.
        case run(Range<Int>, offset: UInt64)
        /// The next bytes, which were held.
        case held([UInt8], offset: UInt64, time: Instant)
        /// Bytes are missing; the time is that of the bytes behind them, where they have waited.
        case gap(offset: UInt64, byteCount: UInt64, StreamEvent.GapReason, time: Instant?)
        case conflict(offset: UInt64, byteCount: Int)
        case closed
    }

    /// The sequence number of offset 0; `nil` before anything is known of the side.
    private(set) var base: UInt32?
    /// The next byte to hand on.
    private(set) var next: UInt64 = 0
    /// Everything before it was acknowledged.
    private(set) var acknowledged: UInt64 = 0
    /// Everything before it was sent: a later segment says so by its number.
    private var sentThrough: UInt64 = 0
    private(set) var held = HeldSegments()
    /// Where FIN stands.
    private(set) var finOffset: UInt64?
    /// FIN and everything before it is there.
    private(set) var isClosed = false
    /// When the first hole that is still there was seen.
    private(set) var holeSince: Instant?
    private var recent: RecentBytes?

    /// Bytes that are held for one side, at most; with more the hole before them is given up.
    static let heldByteCountMax = 8 << 20
    /// An acknowledged hole is given up when so much is held behind it.
    static let heldBehindAcknowledgedMax = 256 << 10
    /// Segments that are held for one side, at most.
    static let heldCountMax = 8192
    /// An acknowledgement that goes further beyond everything that was seen is not believed.
    static let acknowledgedAheadMax: Int64 = 64 << 20

    // MARK: - Inputs

    /// SYN was seen: the first byte has the number behind it.
    mutating func begin(behind synSequence: UInt32) {
        if base == nil { base = synSequence &+ 1 }
    }

    /// The first byte has this number, as far as is known.
    mutating func begin(at sequence: UInt32) {
        if base == nil { base = sequence }
    }

    /// Keeps what is handed on, to compare with what is sent again.
    mutating func keepRecent() {
        if recent == nil { recent = RecentBytes() }
    }

    /// Whether a SYN with this number is the one that began the side.
    func isBegun(by synSequence: UInt32) -> Bool { base == synSequence &+ 1 }

    /// Takes note of a segment's number: whatever stands before it was sent.
    mutating func noteSent(before sequence: UInt32) {
        guard base != nil else { return }
        let offset = offset(of: sequence)
        let limit = finOffset ?? .max
        guard offset > Int64(sentThrough), offset - Int64(next) <= Self.acknowledgedAheadMax,
            UInt64(offset) <= limit
        else { return }
        sentThrough = UInt64(offset)
    }

    /// Takes the payload of a segment.
    mutating func take(
        _ payload: RawSpan,
        sequence: UInt32,
        cutByteCount: Int,
        hasFIN: Bool,
        time: Instant,
        into steps: inout [Step]
    ) {
        if payload.byteCount > 0 || cutByteCount > 0 || hasFIN { begin(at: sequence) }
        let offset = offset(of: sequence)
        let end = offset + Int64(payload.byteCount + cutByteCount)
        if hasFIN, end >= Int64(next), finOffset == nil {
            let offset = UInt64(max(0, end))
            finOffset = offset
            // The acknowledgement of FIN may have been captured before it.
            acknowledged = min(acknowledged, offset)
        }
        if payload.byteCount > 0 || cutByteCount > 0, end > 0 {
            add(payload, at: offset, cutByteCount: UInt64(cutByteCount), time: time, into: &steps)
        }
        close(into: &steps)
    }

    /// Takes an acknowledgement of the other side.
    ///
    /// - Returns: How far it goes, when that is news.
    mutating func acknowledge(_ number: UInt32) -> UInt64? {
        guard base != nil else { return nil }
        var through = offset(of: number)
        // FIN takes a number of its own.
        if let finOffset, through > Int64(finOffset) { through = Int64(finOffset) }
        let seen = Int64(max(next, held.end ?? 0))
        guard through > Int64(acknowledged), through - seen <= Self.acknowledgedAheadMax else {
            return nil
        }
        acknowledged = UInt64(through)
        return acknowledged
    }

    // MARK: - Holes

    /// Whether a hole should be given up now, by what is known without looking at a clock.
    var isHoldingTooMuch: Bool {
        guard let first = held.first else { return false }
        if held.byteCount > Self.heldByteCountMax || held.count > Self.heldCountMax { return true }
        return acknowledged >= first.offset && held.byteCount > Self.heldBehindAcknowledgedMax
    }

    /// Gives up the first hole, and hands on what stands behind it.
    ///
    /// - Parameters:
    ///   - isForced: Whether also a hole that nobody has acknowledged.
    ///   - isOutOfRoom: Whether it is given up because too much is held.
    ///   - steps: Where it goes.
    /// - Returns: Whether there was one.
    mutating func giveUpHole(
        isForced: Bool,
        isOutOfRoom: Bool = false,
        into steps: inout [Step]
    ) -> Bool {
        let known = max(acknowledged, sentThrough, finOffset ?? 0)
        let through = held.first?.offset ?? known
        guard through > next else { return false }
        // One more number than bytes is a FIN that was not captured.
        if held.isEmpty, finOffset == nil, through == next + 1 { return false }
        let isAcknowledged = acknowledged >= through
        guard isAcknowledged || isForced else { return false }
        let reason: StreamEvent.GapReason =
            isAcknowledged
            ? .notCaptured : isOutOfRoom ? .heldTooLong : .notAcknowledged
        passOver(through - next, reason, before: held.first?.time, into: &steps)
        drain(filledAt: nil, into: &steps)
        close(into: &steps)
        return true
    }

    /// Forgets what is held.
    mutating func drop() {
        held.removeAll()
        recent = nil
        holeSince = nil
    }

    // MARK: - Helpers

    /// The offset of a sequence number near the next one; negative before the first byte.
    private func offset(of sequence: UInt32) -> Int64 {
        let expected = (base ?? sequence) &+ UInt32(truncatingIfNeeded: next)
        return Int64(next) + Int64(Int32(bitPattern: sequence &- expected))
    }

    private mutating func add(
        _ payload: RawSpan,
        at offset: Int64,
        cutByteCount: UInt64,
        time: Instant,
        into steps: inout [Step]
    ) {
        // What was sent before the first byte that is known is not looked at.
        let known = Int(clamping: max(0, -offset))
        guard known < payload.byteCount + Int(clamping: cutByteCount) else { return }
        let skipped = min(known, payload.byteCount)
        let cutByteCount = cutByteCount - UInt64(known - skipped)
        let start = UInt64(offset + Int64(known))
        guard start <= next else {
            hold(payload.extracting(skipped...), at: start, cutByteCount, time, into: &steps)
            return
        }
        let again = Int(clamping: next - start)
        let old = skipped..<min(skipped + again, payload.byteCount)
        // RFC 9293 §3.8.4: a keep-alive may carry one byte of garbage before the next one.
        if !old.isEmpty, !(payload.byteCount == 1 && again == 1),
            let conflict = recent?.difference(payload.extracting(old), at: start)
        {
            steps.append(.conflict(offset: conflict.lowerBound, byteCount: conflict.count))
        }
        let end = start + UInt64(payload.byteCount - skipped)
        if end > next {
            // What is in turn is read by the receiver at once, whatever it holds for later.
            if let conflict = held.difference(payload.extracting(skipped...), at: start) {
                steps.append(.conflict(offset: conflict.lowerBound, byteCount: conflict.count))
            }
            handOn(old.upperBound..<payload.byteCount, of: payload, into: &steps)
        }
        if cutByteCount > 0, end + cutByteCount > next {
            passOver(end + cutByteCount - next, .snapLength, into: &steps)
        }
        if !held.isEmpty { drain(filledAt: time, into: &steps) }
    }

    /// Hands on the payload's rest, or what comes of it before what is held.
    private mutating func handOn(
        _ range: Range<Int>,
        of payload: RawSpan,
        into steps: inout [Step]
    ) {
        steps.append(.run(range, offset: next))
        recent?.append(payload.extracting(range), at: next)
        next += UInt64(range.count)
    }

    private mutating func hold(
        _ bytes: RawSpan,
        at offset: UInt64,
        _ cutByteCount: UInt64,
        _ time: Instant,
        into steps: inout [Step]
    ) {
        if held.isEmpty { holeSince = time }
        let conflict = held.insert(bytes, at: offset, cutByteCount: cutByteCount, time: time)
        if let conflict {
            steps.append(.conflict(offset: conflict.lowerBound, byteCount: conflict.count))
        }
    }

    private mutating func passOver(
        _ byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        before time: Instant? = nil,
        into steps: inout [Step]
    ) {
        steps.append(.gap(offset: next, byteCount: byteCount, reason, time: time))
        next += byteCount
    }

    /// Hands on what is held and follows, or has come already in other segments.
    private mutating func drain(filledAt time: Instant?, into steps: inout [Step]) {
        while let first = held.first, first.offset <= next {
            held.removeFirst()
            let again = Int(clamping: next - first.offset)
            if again < first.bytes.count {
                let rest = again == 0 ? first.bytes : Array(first.bytes.dropFirst(again))
                let arrival = time.map { max($0, first.time) } ?? first.time
                steps.append(.held(rest, offset: next, time: arrival))
                // Safety: bytes have no padding, so all of the span's memory is initialised.
                recent?.append(unsafe rest.span.bytes, at: next)
                next += UInt64(rest.count)
            }
            if first.end > next { passOver(first.end - next, .snapLength, into: &steps) }
        }
        holeSince = held.first.map { time.map { max($0, holeSince ?? $0) } ?? $0.time }
    }

    private mutating func close(into steps: inout [Step]) {
        guard !isClosed, let finOffset, next >= finOffset else { return }
        isClosed = true
        steps.append(.closed)
    }
}
