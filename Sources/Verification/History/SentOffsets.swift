public import CaptureFormat
public import Vocabulary

/// How the offsets of a direction's received bytes and of what went on belong together.
///
/// They are the same until a fault on messages rewrites something; each rewrite moves what follows. Memory
/// grows with the rewrites that the receiver's kernel has not acknowledged.
public struct SentOffsets: Equatable, Sendable {
    /// Received bytes, and what went on in their place.
    private struct Mark: Equatable {
        var received: Range<ByteOffset>
        var sent: Range<ByteOffset>
    }

    private var marks: [Mark] = []
    private var head = 0

    /// Creates offsets that are the same.
    public init() {}

    /// Takes the next rewrite.
    public mutating func take(_ record: RewriteRecord) {
        let start = sent(ofReceived: record.offset)
        marks.append(
            Mark(
                received: record.range,
                sent: start..<start &+ ByteOffset(record.sent.count)
            )
        )
    }

    /// Where the byte went on that was received at an offset; of bytes that were rewritten, where what took
    /// their place began.
    public func sent(ofReceived offset: ByteOffset) -> ByteOffset {
        guard let mark = last(where: { $0.received.lowerBound <= offset }) else { return offset }
        guard offset >= mark.received.upperBound else { return mark.sent.lowerBound }
        return mark.sent.upperBound &+ (offset - mark.received.upperBound)
    }

    /// How many received bytes are dealt with once so many have gone on; a rewrite counts when all of it
    /// has.
    public func received(ofSent offset: ByteOffset) -> ByteOffset {
        guard let mark = last(where: { $0.sent.lowerBound <= offset }) else { return offset }
        guard offset >= mark.sent.upperBound else { return mark.received.lowerBound }
        return mark.received.upperBound &+ (offset - mark.sent.upperBound)
    }

    /// Says that nobody will ask for what went on before an offset any more.
    public mutating func forget(before offset: ByteOffset) {
        // The last of them stays: what follows counts from it.
        while head + 1 < marks.count, marks[head + 1].sent.upperBound <= offset { head += 1 }
        if head > 1024 {
            marks.removeFirst(head)
            head = 0
        }
    }

    /// The last mark that a condition holds for, which holds for all before it.
    private func last(where condition: (Mark) -> Bool) -> Mark? {
        var (lower, upper) = (head, marks.count)
        while lower < upper {
            let middle = (lower + upper) / 2
            if condition(marks[middle]) { lower = middle + 1 } else { upper = middle }
        }
        return lower > head ? marks[lower - 1] : nil
    }
}
