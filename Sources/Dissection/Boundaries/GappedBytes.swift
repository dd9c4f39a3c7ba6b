internal import Reassembly
internal import Vocabulary

/// A stretch of a flow in the pieces in which it was sent, with gaps between some of them.
///
/// Positions count from the first byte, gaps included.
struct GappedBytes {
    struct Piece {
        var start: UInt64
        var bytes: [UInt8]
        /// How many bytes are missing behind it.
        var gapByteCount: UInt64 = 0
        var gapReason = StreamEvent.GapReason.notCaptured
        var time: Instant

        var end: UInt64 { start + UInt64(bytes.count) }
    }

    private(set) var pieces: [Piece] = []
    /// How much memory it takes, about.
    private(set) var byteCount = 0

    /// What a piece takes besides its bytes.
    private static let pieceOverhead = 64

    /// Behind everything, the last gap included.
    var end: UInt64 { pieces.last.map { $0.end + $0.gapByteCount } ?? 0 }

    mutating func append(_ bytes: RawSpan, at time: Instant) {
        // Safety: the bytes are copied before the closure returns.
        let copy = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
        pieces.append(Piece(start: end, bytes: copy, time: time))
        byteCount += copy.count + Self.pieceOverhead
    }

    mutating func appendGap(
        byteCount: UInt64,
        _ reason: StreamEvent.GapReason,
        at time: Instant
    ) {
        if pieces.isEmpty { pieces.append(Piece(start: 0, bytes: [], time: time)) }
        pieces[pieces.count - 1].gapByteCount += byteCount
        pieces[pieces.count - 1].gapReason = reason
    }

    /// Whether a piece begins there: the sender has begun a segment.
    func isPieceStart(_ position: UInt64) -> Bool {
        guard let index = pieceIndex(at: position) else { return position == end }
        return pieces[index].start == position
    }

    /// The bytes from a position on, `count` at most, and whether a gap ended them.
    func bytes(at position: UInt64, count: Int) -> (bytes: [UInt8], endsInGap: Bool) {
        guard var index = pieceIndex(at: position) else { return ([], position < end) }
        guard position < pieces[index].end else { return ([], pieces[index].gapByteCount > 0) }
        var found: [UInt8] = []
        var from = Int(position - pieces[index].start)
        while found.count < count {
            let piece = pieces[index]
            found += piece.bytes[from...].prefix(count - found.count)
            if found.count == count { break }
            if piece.gapByteCount > 0 { return (found, true) }
            index += 1
            guard index < pieces.count else { break }
            from = 0
        }
        return (found, false)
    }

    /// The next place where a byte is there; ``end`` when there is none.
    func nextByte(behind position: UInt64) -> UInt64 {
        let next = position + 1
        guard let index = pieceIndex(at: next) else { return end }
        return next < pieces[index].end ? next : pieceStart(from: index + 1)
    }

    /// The start of the next piece; ``end`` when there is none.
    func pieceStart(behind position: UInt64) -> UInt64 {
        guard let index = pieceIndex(at: position) else { return end }
        return pieceStart(from: index + 1)
    }

    private func pieceStart(from index: Int) -> UInt64 {
        pieces[min(index, pieces.count)...].first { !$0.bytes.isEmpty }?.start ?? end
    }

    /// The piece that holds a position, or is followed by the gap that does.
    private func pieceIndex(at position: UInt64) -> Int? {
        guard let first = pieces.first, position >= first.start, position < end else { return nil }
        var low = 0
        var high = pieces.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if pieces[middle].start <= position { low = middle } else { high = middle }
        }
        // An empty piece stands before its gap and begins where the next one does not.
        return low
    }
}
