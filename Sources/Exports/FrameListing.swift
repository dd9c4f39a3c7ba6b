public import CaptureFormat
public import Vocabulary
public import WebSocketWire

/// Lists the frames of a capture that a filter lets through, in the order in which they end.
public struct FrameListing {
    private struct Flow: Hashable {
        var connection: ConnectionID
        var direction: Direction
    }

    private let filter: FrameFilter
    private var collectors: [Flow: FrameCollector] = [:]

    /// Creates a listing.
    public init(filter: FrameFilter) {
        self.filter = filter
    }

    /// Takes a record of the capture.
    ///
    /// - Returns: The frames that are complete, or cut, with it.
    public mutating func take(_ entry: CaptureEntry, bytes: RawSpan) -> [FrameLine] {
        switch entry.record {
        case .frame(let frame):
            guard filter.admits(frame.connection, frame.direction) else { return [] }
            let flow = Flow(connection: frame.connection, direction: frame.direction)
            let line = collectors[flow, default: FrameCollector()]
                .take(frame, at: entry.arrival, bytes: bytes)
            return [line].compactMap { $0 }.filter(filter.admits)
        case .closed(let closed):
            return Direction.allCases.flatMap { direction in
                end(Flow(connection: closed.connection, direction: direction))
            }
        default:
            return []
        }
    }

    /// Ends the listing: frames that are open come out as cut.
    public mutating func finish() -> [FrameLine] {
        let flows = collectors.keys.sorted {
            ($0.connection, $0.direction.rawValue) < ($1.connection, $1.direction.rawValue)
        }
        return flows.flatMap { end($0) }
    }

    private mutating func end(_ flow: Flow) -> [FrameLine] {
        let line = collectors[flow]?.finish()
        collectors[flow] = nil
        return [line].compactMap { $0 }.filter(filter.admits)
    }
}

/// Which frames are listed; what is not given admits all.
public struct FrameFilter: Sendable {
    /// Only this connection.
    public var connection: ConnectionID?
    /// Only this direction.
    public var direction: Direction?
    /// Only this opcode.
    public var opcode: Opcode?
    /// Nothing before this time.
    public var from: Instant?
    /// Nothing after this time.
    public var through: Instant?
    /// Only text payloads that contain this; compressed ones are searched with `--messages`.
    public var text: String?

    /// Creates a filter that admits everything.
    public init() {}

    /// Whether a flow may hold frames of interest.
    public func admits(_ connection: ConnectionID, _ direction: Direction) -> Bool {
        (self.connection == nil || self.connection == connection)
            && (self.direction == nil || self.direction == direction)
    }

    /// Whether a time is within bounds.
    public func admits(_ time: Instant) -> Bool {
        from.map { time >= $0 } != false && through.map { time <= $0 } != false
    }

    /// Whether an opcode is wanted.
    public func admits(_ opcode: Opcode?) -> Bool {
        self.opcode == nil || self.opcode == opcode
    }

    /// Whether a payload's text contains what is searched for.
    public func admits(text payload: String?) -> Bool {
        guard let text else { return true }
        return payload?.contains(text) == true
    }

    func admits(_ line: FrameLine) -> Bool {
        admits(line.time) && admits(line.header?.opcode) && admits(text: line.text)
    }
}
