internal import Vocabulary

/// Segments that came before those that belong in front of them, ascending and without overlap.
struct HeldSegments {
    struct Segment {
        var offset: UInt64
        var bytes: [UInt8]
        /// Bytes behind ``bytes`` that were on the wire and are not in the file.
        var cutByteCount: UInt64
        var time: Instant

        var end: UInt64 { bytesEnd + cutByteCount }
        var bytesEnd: UInt64 { offset + UInt64(bytes.count) }
    }

    private var segments: [Segment] = []
    /// The segments before it have been taken.
    private var head = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { head == segments.count }
    var count: Int { segments.count - head }
    var first: Segment? { isEmpty ? nil : segments[head] }

    /// Behind the last byte that is held.
    var end: UInt64? { isEmpty ? nil : segments[segments.count - 1].end }

    /// Lets the segment that stands first go.
    mutating func removeFirst() {
        byteCount -= segments[head].bytes.count
        segments[head].bytes = []
        head += 1
        guard head == segments.count || head > 256 && head * 2 > segments.count else { return }
        segments.removeFirst(head)
        head = 0
    }

    mutating func removeAll() {
        segments = []
        head = 0
        byteCount = 0
    }

    /// Holds what of a segment is not held yet.
    ///
    /// - Returns: The first run of bytes that differ from what is held for the same place.
    mutating func insert(
        _ bytes: RawSpan,
        at offset: UInt64,
        cutByteCount: UInt64,
        time: Instant
    ) -> Range<UInt64>? {
        let bytesEnd = offset + UInt64(bytes.byteCount)
        let end = bytesEnd + cutByteCount
        var conflict: Range<UInt64>?
        var position = offset
        var index = firstIndex(endingBehind: offset)
        while position < end {
            guard index < segments.count, segments[index].offset < end else {
                place(bytes, offset, position..<end, time, at: index)
                return conflict
            }
            let other = segments[index]
            if position < other.offset {
                place(bytes, offset, position..<other.offset, time, at: index)
                index += 1
            }
            let start = max(position, other.offset)
            let shared = start..<max(start, min(bytesEnd, other.bytesEnd))
            if conflict == nil { conflict = Self.difference(bytes, offset, other, shared) }
            position = max(position, other.end)
            index += 1
        }
        return conflict
    }

    /// Compares bytes with what is held for the same place.
    ///
    /// - Returns: The first run that differs.
    func difference(_ bytes: RawSpan, at offset: UInt64) -> Range<UInt64>? {
        let end = offset + UInt64(bytes.byteCount)
        var index = firstIndex(endingBehind: offset)
        while index < segments.count, segments[index].offset < end {
            let other = segments[index]
            let start = max(offset, other.offset)
            let shared = start..<max(start, min(end, other.bytesEnd))
            if let found = Self.difference(bytes, offset, other, shared) { return found }
            index += 1
        }
        return nil
    }

    private func firstIndex(endingBehind offset: UInt64) -> Int {
        // Nearly always behind everything that is held.
        if let last = segments.last, last.end <= offset { return segments.count }
        var low = head
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Holds a range that is free: the bytes in it that are there, and what was cut off behind them.
    private mutating func place(
        _ bytes: RawSpan,
        _ base: UInt64,
        _ range: Range<UInt64>,
        _ time: Instant,
        at index: Int
    ) {
        let first = min(Int(range.lowerBound - base), bytes.byteCount)
        let run = bytes.extracting(first..<min(Int(range.upperBound - base), bytes.byteCount))
        segments.insert(
            Segment(
                offset: range.lowerBound,
                bytes: run.bytes,
                cutByteCount: UInt64(range.count - run.byteCount),
                time: time
            ),
            at: index
        )
        byteCount += run.byteCount
    }

    private static func difference(
        _ bytes: RawSpan,
        _ base: UInt64,
        _ held: Segment,
        _ shared: Range<UInt64>
    ) -> Range<UInt64>? {
        var found: Range<UInt64>?
        for position in shared
        where bytes.octet(Int(position - base)) != held.bytes[Int(position - held.offset)] {
            found = (found?.lowerBound ?? position)..<position + 1
        }
        return found
    }
}
