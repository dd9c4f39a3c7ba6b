public import CaptureFormat
public import Vocabulary

/// What the faults of a capture did, one entry a fault.
public struct FaultLedger: Equatable, Sendable {
    /// What one fault did.
    public struct Entry: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Its type, such as `ws_drop`; empty when no record tells.
        public var type = ""
        /// When it was first asked for, or seen at work.
        public var from: Instant
        /// How often it rewrote something, by what became of it: `dropped`, `altered`, ….
        public var rewrites: [(deed: String, count: UInt64)] {
            RewriteRecord.Kind.allCases.compactMap { kind in
                rewriteCounts[kind].map { ("\(kind)", $0) }
            }
        }
        fileprivate var rewriteCounts: [RewriteRecord.Kind: UInt64] = [:]
        /// How often it held bytes.
        public var heldCount: UInt64 = 0
        /// The longest of these times, in nanoseconds.
        public var heldNanosecondsMax: UInt64 = 0
        /// How many bytes it kept from going on at the end of a direction.
        public var withheldByteCount: UInt64 = 0
        /// How many connections it ended.
        public var endedCount: UInt64 = 0
    }

    /// A label that somebody put on the timeline.
    public struct Mark: Equatable, Sendable {
        /// When.
        public var time: Instant
        /// The label.
        public var label: String
    }

    /// How many faults and marks are listed.
    public static let listedMax = 1000

    /// The faults, in the order in which they came.
    public private(set) var entries: [Entry] = []
    /// The marks, in order.
    public private(set) var marks: [Mark] = []
    private var places: [String: Int] = [:]

    /// Creates an empty ledger.
    public init() {}

    /// Takes the next record of the capture; those that concern no fault are passed over.
    public mutating func take(_ entry: CaptureEntry) {
        switch entry.record {
        case .faultChange(let record):
            guard !record.fault.isEmpty else { return }
            update(record.fault, at: entry.arrival) { $0.type = record.type }
        case .rewrite(let record) where record.cause != RewriteRecord.forwardedFor:
            update(record.cause, at: entry.time) {
                $0.rewriteCounts[record.kind, default: 0] += 1
            }
        case .held(let record):
            for name in record.cause.split(separator: ",") {
                update(String(name), at: entry.time) {
                    $0.heldCount += 1
                    $0.heldNanosecondsMax = max($0.heldNanosecondsMax, record.heldNanoseconds)
                }
            }
        case .outcome(let record) where record.kind == .undeliverable:
            // Only of a fault that is known: other causes are how a connection ended.
            guard places[record.cause] != nil else { return }
            update(record.cause, at: entry.time) { $0.withheldByteCount += record.byteCount }
        case .closed(let record) where record.cause == .fault:
            update(record.detail, at: entry.time) { $0.endedCount += 1 }
        case .mark(let record):
            guard marks.count < Self.listedMax else { return }
            marks.append(Mark(time: entry.arrival, label: record.label))
        default: return
        }
    }

    private mutating func update(
        _ name: String,
        at time: Instant,
        _ change: (inout Entry) -> Void
    ) {
        guard !name.isEmpty else { return }
        if let place = places[name] { return change(&entries[place]) }
        guard entries.count < Self.listedMax else { return }
        places[name] = entries.count
        var entry = Entry(name: name, from: time)
        change(&entry)
        entries.append(entry)
    }
}
