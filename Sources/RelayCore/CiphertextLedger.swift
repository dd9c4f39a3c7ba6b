public import CaptureFormat

/// Which bytes of a leg's stream stand in which bytes on the wire, where TLS lies between.
///
/// The kernel counts what it has sent and what was acknowledged in bytes of the wire. The ledger notes after
/// each flush how many bytes of the stream stood in what has been handed over by then, and record by record
/// where the lengths allow it. What it answers never says that more has arrived than the peer could have
/// read, and never that less was sent than it could have: a record of TLS that has not come whole can be read
/// by nobody (RFC 8446 §5.2).
public struct CiphertextLedger: Sendable {
    /// Up to here, so much of the stream stands in so much of the wire.
    private struct Mark {
        var wire: UInt64
        var bytes: UInt64
        /// Nothing but one record lies between the mark before and this one.
        var isRecord: Bool
    }

    /// Marks that are kept; with more, every second one goes.
    private static let markCountMax = 1024
    /// What a record of TLS has besides the bytes of the stream, without its head, with the ciphers that have
    /// the same for every record: the type and the tag (RFC 8446 §5.2); a tag (RFC 7905 §2); a nonce
    /// and a tag (RFC 5288 §3).
    private static let overheads: Set<UInt64> = [17, 16, 24]
    /// The head of a record: type, version, length (RFC 8446 §5.1).
    private static let headByteCount: UInt64 = 5

    /// In order; all but the first lie behind ``acknowledged``.
    private var marks = [Mark(wire: 0, bytes: 0, isRecord: true)]

    /// Begins with an empty wire.
    public init() {}

    /// Notes that a flush is over.
    ///
    /// - Parameters:
    ///   - wire: Bytes that were handed to the kernel since the connection began, handshakes included.
    ///   - bytes: Bytes of the stream that stand in them.
    ///   - records: The lengths, as in their heads, of the records of application data that were handed over
    ///     since the flush before, if nothing else was; or none.
    public mutating func note(wire: UInt64, bytes: UInt64, records: [UInt16]) {
        let last = marks[marks.count - 1]
        guard wire > last.wire else { return }
        if bytes == last.bytes {
            marks.append(Mark(wire: wire, bytes: bytes, isRecord: true))
        } else if !noteRecords(records, until: wire, bytes: bytes) {
            marks.append(Mark(wire: wire, bytes: bytes, isRecord: records.count == 1))
        }
        if marks.count > Self.markCountMax { thin() }
    }

    /// Notes each record, where all of them have the same overhead and fill what was handed over.
    private mutating func noteRecords(
        _ records: [UInt16],
        until wire: UInt64,
        bytes: UInt64
    ) -> Bool {
        let last = marks[marks.count - 1]
        guard records.count > 1 else { return false }
        let count = UInt64(records.count)
        let carried = records.reduce(0) { $0 + UInt64($1) }
        let stream = bytes - last.bytes
        guard wire - last.wire == carried + count * Self.headByteCount, carried > stream,
            (carried - stream).isMultiple(of: count)
        else { return false }
        let overhead = (carried - stream) / count
        guard Self.overheads.contains(overhead), records.allSatisfy({ $0 > overhead }) else {
            return false
        }
        var mark = last
        for record in records {
            mark.wire += UInt64(record) + Self.headByteCount
            mark.bytes += UInt64(record) - overhead
            mark.isRecord = true
            marks.append(mark)
        }
        return true
    }

    private mutating func thin() {
        var kept: [Mark] = [marks[0]]
        var index = 2
        while index < marks.count {
            kept.append(Mark(wire: marks[index].wire, bytes: marks[index].bytes, isRecord: false))
            index += 2
        }
        if index == marks.count { kept.append(marks[marks.count - 1]) }
        marks = kept
    }

    /// What the kernel says of the wire, in bytes of the stream.
    public mutating func progress(_ wire: LegProgress) -> LegProgress {
        var progress = wire
        guard wire.isKnown else { return progress }
        progress.written = readable(wire.written)
        progress.unsent = progress.written - readable(wire.written - min(wire.written, wire.unsent))
        let whole = marks.lastIndex { $0.wire <= wire.acknowledged } ?? 0
        progress.acknowledged = marks[whole].bytes
        if whole > 0 { marks.removeFirst(whole) }
        return progress
    }

    /// So many bytes of the stream, at most, could be read by a peer that has so much of the wire.
    private func readable(_ wire: UInt64) -> UInt64 {
        guard let next = marks.firstIndex(where: { $0.wire >= wire }) else {
            return marks[marks.count - 1].bytes
        }
        let isPartOfRecord = marks[next].wire > wire && marks[next].isRecord && next > 0
        return marks[isPartOfRecord ? next - 1 : next].bytes
    }
}
