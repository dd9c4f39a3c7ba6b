public import Vocabulary

/// Puts the TCP segments of a capture in order, stream by stream (RFC 9293).
///
/// ```
/// decoder.decode(packet, wireByteCount: 1514) { segment, bytes in
///     streams.take(segment, bytes: bytes, at: time) { stream, event, time, bytes in
///         … ; return true
///     }
/// }
/// streams.finish(at: time) { … }
/// ```
///
/// - **In:** segments in the order of the capture, with their times.
/// - **Out:** ``StreamEvent``s. Bytes come in order; what came twice comes once, the first wins; what is
///   missing is a gap with its size. Data behind a hole comes with the time of the packet that filled it.
/// - **Never:** gives up a hole that the receiver has not acknowledged, as long as there is room and the
///   stream has not ended.
/// - **Limits:** ``streamCountMax``, ``heldByteCountMax`` and those of `HalfStream`.
public struct StreamTable {
    /// Hears of an event.
    ///
    /// The span holds the bytes of ``StreamEvent/bytes(_:offset:)``, and is empty otherwise. Answers
    /// whether the stream is still of interest.
    public typealias Visitor = (StreamFacts, StreamEvent, Instant, RawSpan) -> Bool

    /// What was seen.
    public struct Tally: Equatable, Sendable {
        /// Streams.
        public var streamCount: UInt64 = 0
        /// Streams that were given up because there were too many at a time.
        public var droppedCount: UInt64 = 0
        /// Segments with nothing but bytes that had come already.
        public var repeatedCount: UInt64 = 0

        /// Nothing was seen.
        public init() {}
    }

    private struct Key: Hashable {
        var low: SocketAddress
        var high: SocketAddress

        init(_ left: SocketAddress, _ right: SocketAddress) {
            let isAscending =
                (left.address.high, left.address.low, left.port)
                < (right.address.high, right.address.low, right.port)
            low = isAscending ? left : right
            high = isAscending ? right : left
        }
    }

    /// A client's host and what it dialled.
    private struct Route: Hashable {
        var client: IPAddress
        var server: SocketAddress
    }

    /// Streams that are followed at a time; with more, those that were quiet longest are dropped.
    public static let streamCountMax = 131_072
    /// Bytes held behind holes in all streams together.
    public static let heldByteCountMax = 48 << 20
    /// Streams whose recent bytes are kept, to find retransmissions with other bytes.
    public static let recentStreamCountMax = 1024
    /// How long the bytes of a hole are waited for after they were acknowledged.
    public static let holePatience = Duration.seconds(1)
    /// How long bytes may come after a reset, and the last acknowledgement after both sides' FIN.
    public static let endPatience = Duration.milliseconds(100)

    private var streams: [Key: TCPStream] = [:]
    private var last: TCPStream?
    private var lastKey: (source: SocketAddress, target: SocketAddress)?
    private var packetCount: UInt64 = 0
    private var heldByteCount = 0
    private var recentStreamCount = 0
    private var awaitingBytes = WaitingList(patience: holePatience)
    private var awaitingEnd = WaitingList(patience: endPatience)
    /// Streams that were broken off, by who had dialled whom.
    private var brokenOff: [Route: [TCPStream]] = [:]
    private var steps: [HalfStream.Step] = []
    /// What was seen.
    public private(set) var tally = Tally()

    /// Creates a table without streams.
    public init() {}

    // MARK: - Inputs

    /// Takes a segment.
    public mutating func take(
        _ segment: TCPSegment,
        bytes: RawSpan,
        at time: Instant,
        _ visit: Visitor
    ) {
        packetCount += 1
        lookAgain(at: time, visit)
        guard let stream = stream(of: segment, at: time, visit) else { return }
        stream.lastPacket = packetCount
        stream.lastTime = time
        guard !stream.isOver else { return }
        let side: Side = segment.source == stream.facts.first ? .first : .second
        guard !stream.isIgnored else {
            return endIgnored(stream, segment)
        }
        begin(stream, side, segment)
        if segment.flags.contains(.ack) {
            acknowledge(stream, side, segment.acknowledgement, at: time, visit)
        }
        takePayload(stream, side, segment, bytes, at: time, visit)
        if segment.flags.contains(.rst) { reset(stream, by: side, at: time, visit) }
        finishIfClosed(stream, at: time, visit)
        watch(stream, at: time)
    }

    /// Says that the capture has ended: gives up all holes, and ends all streams.
    public mutating func finish(at time: Instant, _ visit: Visitor) {
        let open = streams.values.filter { !$0.isOver }
        for stream in open.sorted(by: { $0.facts.number < $1.facts.number }) {
            self.end(stream, stream.ending ?? .captureEnded, at: time, visit)
        }
        streams = [:]
        last = nil
    }

    // MARK: - Streams

    private mutating func stream(
        of segment: TCPSegment,
        at time: Instant,
        _ visit: Visitor
    ) -> TCPStream? {
        // A SYN without ACK begins a connection, unless it is the same SYN again.
        let isDial = segment.hasSYN && !segment.flags.contains(.ack)
        if !isDial, let last, let lastKey,
            lastKey == (segment.source, segment.target)
                || lastKey == (segment.target, segment.source)
        {
            return last
        }
        if isDial { endBrokenOff(from: segment.source, to: segment.target, visit) }
        let key = Key(segment.source, segment.target)
        var found = streams[key]
        if isDial, let known = found, isReplaced(known, by: segment) {
            end(known, .replaced, at: time, visit)
            found = nil
        }
        let stream = found ?? begin(segment, key, at: time, visit)
        last = stream
        lastKey = stream == nil ? nil : (segment.source, segment.target)
        return stream
    }

    private func isReplaced(_ stream: TCPStream, by segment: TCPSegment) -> Bool {
        let side: Side = segment.source == stream.facts.first ? .first : .second
        return !(side == .first && stream.half(.first).isBegun(by: segment.sequence))
    }

    private mutating func begin(
        _ segment: TCPSegment,
        _ key: Key,
        at time: Instant,
        _ visit: Visitor
    ) -> TCPStream? {
        let hasSYN = segment.hasSYN
        // What has neither beginning nor bytes is the tail of something, or a probe.
        guard hasSYN || !segment.payload.isEmpty || segment.cutByteCount > 0 else { return nil }
        guard !segment.flags.contains(.rst) else { return nil }
        if streams.count >= Self.streamCountMax { dropQuiet(at: time, visit) }
        tally.streamCount += 1
        // Who answers a SYN was dialled by the other one.
        let isAnswer = hasSYN && segment.flags.contains(.ack)
        let stream = TCPStream(
            StreamFacts(
                number: tally.streamCount,
                first: isAnswer ? segment.target : segment.source,
                second: isAnswer ? segment.source : segment.target,
                isFromStart: hasSYN,
                firstSequence: segment.sequence,
                began: time
            )
        )
        streams[key] = stream
        if recentStreamCount < Self.recentStreamCountMax {
            recentStreamCount += 1
            stream.keepsRecent = true
            stream.halves.0.keepRecent()
            stream.halves.1.keepRecent()
        }
        tell(stream, .began, time, RawSpan(), visit)
        return stream
    }

    /// Drops the half of the streams that were quiet longest.
    private mutating func dropQuiet(at time: Instant, _ visit: Visitor) {
        let packets = streams.values.map(\.lastPacket).sorted()
        let limit = packets[packets.count / 2]
        for (key, stream) in streams where stream.lastPacket <= limit {
            if !stream.isOver, !stream.isIgnored {
                tally.droppedCount += 1
                end(stream, .dropped, at: time, visit)
            }
            release(stream)
            streams[key] = nil
        }
        last = nil
        lastKey = nil
    }

    // MARK: - Segments

    private func begin(_ stream: TCPStream, _ side: Side, _ segment: TCPSegment) {
        if segment.hasSYN {
            stream.update(side) { $0.begin(behind: segment.sequence) }
        }
        // In a stream whose beginning was seen, the first acknowledgement tells the first number.
        if segment.flags.contains(.ack), stream.facts.isFromStart {
            stream.update(side.other) { $0.begin(at: segment.acknowledgement) }
        }
    }

    private mutating func acknowledge(
        _ stream: TCPStream,
        _ side: Side,
        _ number: UInt32,
        at time: Instant,
        _ visit: Visitor
    ) {
        let sender = side.other
        guard let through = stream.update(sender, { $0.acknowledge(number) }) else { return }
        tell(stream, .acknowledged(sender, through: through), time, RawSpan(), visit)
        guard !stream.isIgnored, stream.half(sender).isHoldingTooMuch else { return }
        giveUpHoles(stream, sender, isForced: false, at: time, visit)
    }

    private mutating func takePayload(
        _ stream: TCPStream,
        _ side: Side,
        _ segment: TCPSegment,
        _ bytes: RawSpan,
        at time: Instant,
        _ visit: Visitor
    ) {
        let hasFIN = segment.flags.contains(.fin)
        // RFC 1122 §4.2.2.12: what a reset carries explains it, and belongs to no stream.
        let isEmpty = segment.payload.isEmpty && segment.cutByteCount == 0 && !hasFIN
        guard !isEmpty, !segment.flags.contains(.rst) else {
            stream.update(side) { $0.noteSent(before: segment.sequence) }
            return
        }
        let payload = bytes.extracting(segment.payload)
        let isSYN = segment.hasSYN
        let before = stream.half(side).held.byteCount
        steps.removeAll(keepingCapacity: true)
        stream.update(side) {
            $0.take(
                payload,
                sequence: isSYN ? segment.sequence &+ 1 : segment.sequence,
                cutByteCount: segment.cutByteCount,
                hasFIN: hasFIN,
                time: time,
                into: &steps
            )
        }
        heldByteCount += stream.half(side).held.byteCount - before
        if steps.isEmpty, stream.half(side).held.byteCount == before, !hasFIN {
            tally.repeatedCount += 1
        }
        tellSteps(stream, side, payload, at: time, visit)
        let isTooMuch = heldByteCount > Self.heldByteCountMax
        while !stream.isIgnored, stream.half(side).isHoldingTooMuch || isTooMuch {
            guard
                giveUpHole(stream, side, isForced: true, isOutOfRoom: true, at: time, visit)
            else { break }
        }
    }

    private mutating func reset(
        _ stream: TCPStream,
        by side: Side,
        at time: Instant,
        _ visit: Visitor
    ) {
        guard !stream.isIgnored, stream.resetBy == nil else { return }
        stream.resetBy = side
        tell(stream, .reset(side), time, RawSpan(), visit)
        guard !stream.isIgnored else { return }
        let route = Route(client: stream.facts.first.address, server: stream.facts.second)
        brokenOff[route, default: []].append(stream)
    }

    /// Whoever dials again knows that what it had was broken off, and sends nothing more on it.
    private mutating func endBrokenOff(
        from client: SocketAddress,
        to server: SocketAddress,
        _ visit: Visitor
    ) {
        guard !brokenOff.isEmpty else { return }
        let route = Route(client: client.address, server: server)
        guard let streams = brokenOff.removeValue(forKey: route) else { return }
        for stream in streams { finishBrokenOff(stream, visit) }
    }

    private mutating func finishBrokenOff(_ stream: TCPStream, _ visit: Visitor) {
        guard let side = stream.resetBy else { return }
        end(stream, .reset(side), at: stream.lastTime, visit)
    }

    private func endIgnored(_ stream: TCPStream, _ segment: TCPSegment) {
        if segment.flags.contains(.rst) { stream.isOver = true }
    }

    private mutating func finishIfClosed(
        _ stream: TCPStream,
        at time: Instant,
        _ visit: Visitor
    ) {
        guard !stream.isOver, stream.resetBy == nil, stream.halves.0.isClosed,
            stream.halves.1.isClosed
        else { return }
        // The last acknowledgement is still to come, or was not captured.
        for side in Side.allCases {
            let half = stream.half(side)
            guard let finOffset = half.finOffset, half.acknowledged >= finOffset else { return }
        }
        end(stream, .finished, at: time, visit)
    }

    // MARK: - Waiting

    private mutating func watch(_ stream: TCPStream, at time: Instant) {
        guard !stream.isOver, !stream.isIgnored else { return }
        if stream.hasHole, !stream.isAwaitingBytes {
            stream.isAwaitingBytes = true
            awaitingBytes.append(stream, at: time)
        }
        if stream.isEnding, !stream.isAwaitingEnd {
            stream.isAwaitingEnd = true
            awaitingEnd.append(stream, at: time)
        }
    }

    /// Looks at the streams whose time has come.
    private mutating func lookAgain(at time: Instant, _ visit: Visitor) {
        while let stream = awaitingBytes.next(at: time) {
            stream.isAwaitingBytes = false
            guard !stream.isOver, !stream.isIgnored else { continue }
            for side in Side.allCases where isOverdue(stream.half(side), at: time) {
                giveUpHoles(stream, side, isForced: false, at: time, visit)
            }
            watch(stream, at: time)
        }
        while let stream = awaitingEnd.next(at: time) {
            stream.isAwaitingEnd = false
            guard !stream.isOver, !stream.isIgnored else { continue }
            if stream.resetBy != nil {
                finishBrokenOff(stream, visit)
            } else {
                end(stream, .finished, at: stream.lastTime, visit)
            }
        }
    }

    private func isOverdue(_ half: HalfStream, at time: Instant) -> Bool {
        guard let since = half.holeSince else { return false }
        return time >= since.advanced(by: Self.holePatience)
    }

    // MARK: - Events

    private mutating func end(
        _ stream: TCPStream,
        _ end: StreamEvent.End,
        at time: Instant,
        _ visit: Visitor
    ) {
        guard !stream.isOver else { return }
        for side in Side.allCases where !stream.isIgnored {
            giveUpHoles(stream, side, isForced: true, at: time, visit)
        }
        if !stream.isIgnored { tell(stream, .ended(end), time, RawSpan(), visit) }
        stream.isOver = true
        stream.ignore()
        release(stream)
        guard stream.resetBy != nil else { return }
        let route = Route(client: stream.facts.first.address, server: stream.facts.second)
        guard let known = brokenOff[route] else { return }
        let rest = known.filter { $0 !== stream }
        brokenOff[route] = rest.isEmpty ? nil : rest
    }

    private mutating func giveUpHoles(
        _ stream: TCPStream,
        _ side: Side,
        isForced: Bool,
        at time: Instant,
        _ visit: Visitor
    ) {
        while !stream.isIgnored, giveUpHole(stream, side, isForced: isForced, at: time, visit) {}
    }

    private mutating func giveUpHole(
        _ stream: TCPStream,
        _ side: Side,
        isForced: Bool,
        isOutOfRoom: Bool = false,
        at time: Instant,
        _ visit: Visitor
    ) -> Bool {
        let before = stream.half(side).held.byteCount
        steps.removeAll(keepingCapacity: true)
        let hadOne = stream.update(side) {
            $0.giveUpHole(isForced: isForced, isOutOfRoom: isOutOfRoom, into: &steps)
        }
        heldByteCount += stream.half(side).held.byteCount - before
        tellSteps(stream, side, RawSpan(), at: time, visit)
        return hadOne
    }

    private mutating func tellSteps(
        _ stream: TCPStream,
        _ side: Side,
        _ payload: RawSpan,
        at time: Instant,
        _ visit: Visitor
    ) {
        guard !steps.isEmpty else { return }
        var told: [HalfStream.Step] = []
        swap(&told, &steps)
        for step in told where !stream.isIgnored {
            switch step {
            case .run(let range, let offset):
                tell(
                    stream,
                    .bytes(side, offset: offset),
                    time,
                    payload.extracting(range),
                    visit
                )
            case .held(let bytes, let offset, let arrival):
                // Safety: bytes have no padding, so all of the span's memory is initialised.
                let span = unsafe bytes.span.bytes
                tell(stream, .bytes(side, offset: offset), arrival, span, visit)
            case .gap(let offset, let byteCount, let reason, let behind):
                let event = StreamEvent.gap(side, offset: offset, byteCount: byteCount, reason)
                tell(stream, event, behind ?? time, RawSpan(), visit)
            case .conflict(let offset, let byteCount):
                let event = StreamEvent.conflict(side, offset: offset, byteCount: byteCount)
                tell(stream, event, time, RawSpan(), visit)
            case .closed:
                tell(stream, .closed(side), time, RawSpan(), visit)
            }
        }
        swap(&told, &steps)
    }

    @inline(__always)
    private mutating func tell(
        _ stream: TCPStream,
        _ event: StreamEvent,
        _ time: Instant,
        _ bytes: RawSpan,
        _ visit: Visitor
    ) {
        guard !visit(stream.facts, event, time, bytes) else { return }
        heldByteCount -= stream.halves.0.held.byteCount + stream.halves.1.held.byteCount
        stream.ignore()
        release(stream)
    }

    private mutating func release(_ stream: TCPStream) {
        guard stream.keepsRecent else { return }
        stream.keepsRecent = false
        recentStreamCount -= 1
    }
}

extension TCPSegment {
    /// Whether the segment begins a connection; RFC 9293 §3.10.7: a reset never does.
    fileprivate var hasSYN: Bool { flags.contains(.syn) && !flags.contains(.rst) }
}
