public import CaptureFormat
import Vocabulary

/// Reads a capture once and notes when things happened.
///
/// It looks at no payload. Memory grows with the number of connections that are open, and up to
/// ``connectionsListedMax`` and ``listedMax`` with what it lists.
public struct TimelineBuilder {
    /// How many connections are listed.
    public static let connectionsListedMax = 10_000
    /// How many outages, faults, marks and gaps are listed, each.
    public static let listedMax = 1000
    /// What stands for a fault where the whole proxy was switched off.
    static let disabledProxy = "proxy disabled"

    private var timeline = RunTimeline()
    private var open: [ConnectionID: RunTimeline.Connection] = [:]
    private var outages = OutageTracker()
    /// The connection of the latest frame, which is known.
    private var current: ConnectionID?
    /// Where the latest span of each fault stands.
    private var latest: [String: Int] = [:]

    /// Creates a builder that has seen nothing.
    public init() {}

    // MARK: - Inputs

    /// Takes the next record of the capture.
    public mutating func observe(_ entry: CaptureEntry) {
        if timeline.firstTime == nil { timeline.firstTime = entry.time }
        timeline.lastTime = max(timeline.lastTime ?? entry.time, entry.time)
        switch entry.record {
        case .opened(let record): touch(record.connection, at: entry.arrival)
        case .handshake(let record): observe(record, at: entry.arrival)
        case .closed(let record): observe(record, at: entry.arrival)
        case .resumed(let record): observe(record, at: entry.arrival)
        case .faultChange(let record): observe(record, at: entry.arrival)
        case .rewrite(let record) where record.cause != RewriteRecord.forwardedFor:
            work(record.cause, at: entry.time)
        case .held(let record):
            for name in record.cause.split(separator: ",") { work(String(name), at: entry.time) }
        case .outcome(let record) where latest[record.cause] != nil:
            work(record.cause, at: entry.time)
        case .mark(let record):
            guard timeline.marks.count < Self.listedMax else { return }
            timeline.marks.append(FaultLedger.Mark(time: entry.arrival, label: record.label))
        case .gap(let record): observe(record)
        case .frame(let record):
            // Frames come in runs of one connection.
            guard record.connection != current else { return }
            current = record.connection
            if open[record.connection] == nil { passUnseen(record.connection, at: entry.arrival) }
        default: return
        }
    }

    // MARK: - Output

    /// Ends the capture and gives the timeline.
    public mutating func finish() -> RunTimeline {
        for connection in open.values.sorted(by: { $0.connection < $1.connection }) {
            list(connection)
        }
        timeline.connections.sort { $0.connection < $1.connection }
        return timeline
    }

    // MARK: - Connections

    private mutating func touch(_ connection: ConnectionID, at time: Instant) {
        guard open[connection] == nil else { return }
        open[connection] = RunTimeline.Connection(connection: connection, openedAt: time)
    }

    /// Frames of a connection whose upgrade nobody has seen.
    private mutating func passUnseen(_ connection: ConnectionID, at time: Instant) {
        touch(connection, at: time)
        open[connection]?.isAccepted = true
        outages.acceptUnseen()
    }

    private mutating func observe(_ record: HandshakeRecord, at time: Instant) {
        touch(record.connection, at: time)
        open[record.connection]?.target = record.target
        open[record.connection]?.isAccepted = record.isAccepted
        guard record.isAccepted else { return outages.refuse(target: record.target) }
        let outage = outages.accept(record.connection, target: record.target, at: time)
        if let outage, timeline.outages.count < Self.listedMax { timeline.outages.append(outage) }
    }

    /// A connection was open when the file began: news only when its beginning is not here.
    private mutating func observe(_ record: ResumedRecord, at time: Instant) {
        guard open[record.connection]?.isAccepted != true else { return }
        if let handshake = record.handshake {
            observe(handshake, at: time)
        } else if record.clientToServer.frame > 0 || record.serverToClient.frame > 0 {
            passUnseen(record.connection, at: time)
        } else {
            touch(record.connection, at: time)
        }
    }

    private mutating func observe(_ record: ClosedRecord, at time: Instant) {
        touch(record.connection, at: time)
        guard var connection = open.removeValue(forKey: record.connection) else { return }
        if current == record.connection { current = nil }
        connection.endedAt = time
        connection.ending = CaptureSummary.Ending(record)
        if connection.isAccepted {
            outages.end(record.connection, target: connection.target, at: time)
        }
        list(connection)
    }

    private mutating func list(_ connection: RunTimeline.Connection) {
        guard timeline.connections.count < Self.connectionsListedMax else {
            timeline.unlistedConnectionCount += 1
            return
        }
        timeline.connections.append(connection)
    }

    // MARK: - Faults and gaps

    private mutating func observe(_ record: FaultChangeRecord, at time: Instant) {
        let isProxy = record.fault.isEmpty
        let name = isProxy ? Self.disabledProxy : record.fault
        switch record.action {
        case "added", "active", "updated", "disabled":
            // Every loop tells of a change, and every file of what is at work where it begins.
            begin(name, at: time)
            if let place = latest[name], !isProxy { timeline.faults[place].type = record.type }
        case "removed", "enabled":
            guard let place = latest[name], timeline.faults[place].through == nil else { return }
            timeline.faults[place].through = time
        default: return
        }
    }

    private mutating func begin(_ name: String, at time: Instant) {
        if let place = latest[name], timeline.faults[place].through == nil { return }
        guard timeline.faults.count < Self.listedMax else { return }
        latest[name] = timeline.faults.count
        timeline.faults.append(RunTimeline.FaultSpan(name: name, from: time))
    }

    /// A fault was seen at work; what it holds may go on after it was taken away.
    private mutating func work(_ name: String, at time: Instant) {
        guard !name.isEmpty else { return }
        if latest[name] == nil { begin(name, at: time) }
        guard let place = latest[name] else { return }
        let first = timeline.faults[place].work?.lowerBound ?? time
        timeline.faults[place].work = min(first, time)...max(first, time)
        timeline.faults[place].workCount += 1
    }

    private mutating func observe(_ record: GapRecord) {
        // Bytes that packets lack are no time without a recorder.
        guard record.streamByteCount == 0 else { return }
        let gap = RunTimeline.Gap(
            from: record.from,
            through: record.isOpen ? nil : record.through,
            reason: record.reason
        )
        // A gap is told of twice: when it opens, and when it is over.
        let open = timeline.gaps.firstIndex { $0.through == nil && $0.from == gap.from }
        if let open {
            timeline.gaps[open] = gap
        } else if timeline.gaps.count < Self.listedMax {
            timeline.gaps.append(gap)
        }
    }
}
