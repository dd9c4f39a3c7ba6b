internal import Vocabulary

/// Counts what a gap leaves out: bytes of records, and frames exactly.
///
/// Memory grows with the connections that are open during the gap, not with what is missed.
public struct MissedRecords: Equatable, Sendable {
    private struct Flow: Hashable {
        var connection: ConnectionID
        var direction: Direction
    }

    /// Bytes of records.
    public private(set) var byteCount: UInt64 = 0
    private var open: [Flow: GapRecord.Run] = [:]
    private var ended: [GapRecord.Run] = []
    private var endedFrameCount: UInt64 = 0

    /// Begins a count.
    public init() {}

    /// Frames that are missing, wholly or in part.
    public var frameCount: UInt64 {
        open.values.reduce(endedFrameCount) { $0 + ($1.last - $1.first + 1) }
    }

    /// The missing frames by connection and direction, at most ``GapRecord/runCountMax``.
    public var runs: [GapRecord.Run] {
        let all = ended + open.values
        let sorted = all.sorted {
            ($0.connection.rawValue, $0.direction.rawValue)
                < ($1.connection.rawValue, $1.direction.rawValue)
        }
        return Array(sorted.prefix(GapRecord.runCountMax))
    }

    /// Adds records as they were staged: whole Message records, one after the other.
    mutating func add(_ records: RawSpan) {
        byteCount += UInt64(records.byteCount)
        StagedRecords.forEach(in: records) { entry in
            switch entry.record {
            case .frame(let frame): note(frame)
            case .closed(let closed): end(closed.connection)
            default: return
            }
        }
    }

    private mutating func note(_ frame: FrameRecord) {
        let flow = Flow(connection: frame.connection, direction: frame.direction)
        open[
            flow,
            default: GapRecord.Run(
                connection: frame.connection,
                direction: frame.direction,
                first: frame.frame,
                last: frame.frame
            )
        ].last = frame.frame
    }

    private mutating func end(_ connection: ConnectionID) {
        for direction in Direction.allCases {
            let flow = Flow(connection: connection, direction: direction)
            guard let run = open.removeValue(forKey: flow) else { continue }
            endedFrameCount += run.last - run.first + 1
            if ended.count < GapRecord.runCountMax { ended.append(run) }
        }
    }
}
