public import CaptureFormat
public import Vocabulary
import WebSocketWire

/// Keeps apart what another place has seen already: of each connection that is known there, messages are
/// compared; everything else goes on to be judged.
public struct VantageFilter: ~Copyable {
    /// What comparing a connection has shown.
    public struct Comparison: Equatable, Sendable {
        /// Its number here.
        public var connection: ConnectionID
        /// Its number at the other place.
        public var original: ConnectionID
        /// Messages of both directions here.
        public var messageCount: UInt64
        /// Messages of both directions there.
        public var originalCount: UInt64
        /// Where the first message that differs stands in a direction, about.
        public var differences: [Difference]
        /// Whether messages are missing from one of the captures, so that they cannot be compared.
        public var isBroken: Bool
    }

    /// Messages that are not the same at both places.
    public struct Difference: Equatable, Sendable {
        /// The flow.
        public var direction: Direction
        /// The first message that may differ, from 1.
        public var message: UInt64
    }

    private let known: [String: VantageObserver.Seen]
    private var observer = VantageObserver()
    /// Connections that are known, by their number here.
    private var matched: [ConnectionID: String] = [:]
    /// How connections began of which it is not known yet whether they are.
    private var pending: [ConnectionID: [CaptureEntry]] = [:]
    /// Connections that are to be judged here.
    private var own: Set<ConnectionID> = []

    /// Creates a filter for what `original` has seen; that must be finished.
    public init(_ original: borrowing VantageObserver) {
        known = original.seen
    }

    /// Whether anything is left to be judged here.
    public var hasOwn: Bool { !own.isEmpty }

    /// Takes the next record.
    ///
    /// - Parameters:
    ///   - entry: The record.
    ///   - bytes: What its ranges index.
    ///   - judge: Gets the records that are not known at the other place, in order.
    public mutating func observe(
        _ entry: CaptureEntry,
        bytes: RawSpan,
        judge: (CaptureEntry, RawSpan) -> Void
    ) {
        guard let connection = entry.record.connection else {
            return judge(entry, bytes)
        }
        if matched[connection] != nil { return observer.observe(entry, bytes: bytes) }
        if own.contains(connection) { return judge(entry, bytes) }
        switch entry.record {
        case .opened, .progress: pending[connection, default: []].append(entry)
        case .bytes: return
        case .handshake(let record) where record.key.map { known[$0] != nil } == true:
            matched[connection] = record.key
            pending[connection] = nil
            observer.observe(entry, bytes: bytes)
        default:
            own.insert(connection)
            for earlier in pending.removeValue(forKey: connection) ?? [] {
                judge(earlier, RawSpan())
            }
            judge(entry, bytes)
        }
    }

    /// Ends the file, and says what comparing has shown.
    public consuming func finish() -> [Comparison] {
        observer.finish()
        return matched.sorted { $0.key < $1.key }.compactMap { connection, key in
            guard let here = observer.seen[key], let there = known[key] else { return nil }
            return Comparison(
                connection: connection,
                original: there.connection,
                messageCount: here.toServer.count + here.toClient.count,
                originalCount: there.toServer.count + there.toClient.count,
                differences: Direction.allCases.compactMap { direction in
                    here[direction].difference(from: there[direction]).map {
                        Difference(direction: direction, message: $0)
                    }
                },
                isBroken: Direction.allCases.contains {
                    here[$0].isBroken || there[$0].isBroken
                }
            )
        }
    }
}

extension CaptureRecord {
    /// The connection that the record is about; of a gap, the one of which bytes are missing.
    fileprivate var connection: ConnectionID? {
        switch self {
        case .frame(let record): record.connection
        case .bytes(let record): record.connection
        case .outcome(let record): record.connection
        case .held(let record): record.connection
        case .opened(let record): record.connection
        case .handshake(let record): record.connection
        case .progress(let record): record.connection
        case .closed(let record): record.connection
        case .resumed(let record): record.connection
        case .gap(let record): record.streamByteCount > 0 ? record.runs.first?.connection : nil
        case .faultChange, .notice, .unknown: nil
        }
    }
}
