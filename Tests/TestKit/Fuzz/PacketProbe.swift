internal import Reassembly
internal import Vocabulary

/// Reads any bytes as captured packets, and holds their reassembly against its laws.
///
/// Whatever the input: the bytes of a side come in order, each offset once, with gaps in between that say how
/// many are missing; nothing comes before a stream's beginning or behind its end; acknowledgements only go
/// on; and what is captured twice changes nothing. That holds for segments: fragments that overlap and differ may
/// make another datagram when they come again.
///
/// The first byte chooses the link type; then packets follow, each with a length of two bytes, a byte of how
/// many more bytes it had on the wire, and a byte of milliseconds that have passed.
public enum PacketProbe {
    /// A law that does not hold.
    public struct Violation: Error, CustomStringConvertible {
        /// What was seen.
        public let description: String
    }

    /// Examines one input.
    ///
    /// - Throws: ``Violation``.
    public static func examine(_ input: [UInt8]) throws(Violation) {
        var once = Reading()
        var twice = Reading()
        guard let first = input.first else { return }
        let links: [Int32] = [0, 1, 9, 12, 50, 101, 104, 108, 113, 228, 229, 239, 276]
        let link = LinkType(rawValue: links[Int(first) % links.count])
        once.read(input.dropFirst(), link: link, times: 1)
        twice.read(input.dropFirst(), link: link, times: 2)
        if let failure = once.failure ?? twice.failure { throw Violation(description: failure) }
        guard once.bytes == twice.bytes else {
            throw Violation(
                description: "captured twice: \(once.bytes.count) and \(twice.bytes.count)"
            )
        }
    }

    private struct Flow: Hashable {
        var stream: UInt64
        var side: Side
    }

    private struct Reading {
        /// What each side has sent, without gaps.
        var bytes: [Flow: [UInt8]] = [:]
        var failure: String?
        private var next: [Flow: UInt64] = [:]
        private var acknowledged: [Flow: UInt64] = [:]
        private var open: Set<UInt64> = []

        mutating func read(_ input: ArraySlice<UInt8>, link: LinkType, times: Int) {
            var decoder = PacketDecoder(link: link)
            var table = StreamTable()
            var rest = input
            var now = Instant(nanoseconds: 1_795_348_800_000_000_000)
            while rest.count >= 4 {
                let head = Array(rest.prefix(4))
                let count = min(Int(head[0]) << 8 | Int(head[1]), rest.count - 4)
                let packet = Array(rest.dropFirst(4).prefix(count))
                rest = rest.dropFirst(4 + count)
                now = now.advanced(by: .milliseconds(Int64(head[3])))
                decoder.decode(
                    packet.span.bytes,
                    wireByteCount: packet.count + Int(head[2])
                ) { segment, bytes in
                    for _ in 0..<times {
                        table.take(segment, bytes: bytes, at: now) { note($0, $1, $3) }
                    }
                }
            }
            table.finish(at: now) { facts, event, _, bytes in note(facts, event, bytes) }
        }

        private mutating func note(
            _ facts: StreamFacts,
            _ event: StreamEvent,
            _ span: RawSpan
        ) -> Bool {
            switch event {
            case .began:
                if !open.insert(facts.number).inserted { fail("began twice", facts) }
                return true
            case .bytes(let side, let offset):
                let copy = span.withUnsafeBytes { Array($0) }
                advance(facts, side, from: offset, by: UInt64(copy.count))
                bytes[Flow(stream: facts.number, side: side), default: []] += copy
            case .gap(let side, let offset, let count, _):
                if count == 0 { fail("an empty gap", facts) }
                advance(facts, side, from: offset, by: count)
            case .acknowledged(let side, let through):
                let flow = Flow(stream: facts.number, side: side)
                if through <= acknowledged[flow] ?? 0 { fail("acknowledged less", facts) }
                acknowledged[flow] = through
            case .ended:
                if open.remove(facts.number) == nil { fail("ended twice", facts) }
                return true
            case .conflict, .closed, .reset: break
            }
            if !open.contains(facts.number) { fail("after the end", facts) }
            return true
        }

        private mutating func advance(
            _ facts: StreamFacts,
            _ side: Side,
            from offset: UInt64,
            by count: UInt64
        ) {
            let flow = Flow(stream: facts.number, side: side)
            if offset != next[flow] ?? 0 {
                fail("offset \(offset) behind \(next[flow] ?? 0)", facts)
            }
            next[flow] = offset + count
        }

        private mutating func fail(_ text: String, _ facts: StreamFacts) {
            if failure == nil { failure = "stream \(facts.number): \(text)" }
        }
    }
}
