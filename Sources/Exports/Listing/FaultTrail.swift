public import CaptureFormat
internal import Verification
public import Vocabulary

/// Tells what faults did to the frames of a listing, a line behind them.
///
/// It holds the latest frames of each connection, once a record of a fault has come by.
public struct FaultTrail {
    private struct Frame {
        var number: UInt64
        var start: ByteOffset
        var isListed: Bool
    }

    private struct Trail {
        var frames: [Frame] = []
        var offsets = SentOffsets()
    }

    /// Frames of a direction that are held to be named.
    static let heldMax = 8192

    private let filter: FrameFilter
    private var trails: [Flow: Trail] = [:]

    /// Creates a trail.
    ///
    /// - Parameter filter: What is listed.
    public init(filter: FrameFilter) {
        self.filter = filter
    }

    /// Says that a frame was listed.
    public mutating func note(_ reference: FrameReference) {
        let flow = Flow(connection: reference.connection, direction: reference.direction)
        guard let index = trails[flow]?.frames.lastIndex(where: { $0.number == reference.frame })
        else { return }
        trails[flow]?.frames[index].isListed = true
    }

    /// Says that the frames of a message were listed.
    public mutating func note(_ message: MessageLine) {
        let known = message.message
        let flow = Flow(connection: known.connection, direction: known.direction)
        guard var trail = trails.removeValue(forKey: flow) else { return }
        for index in trail.frames.indices.reversed() {
            guard trail.frames[index].number >= known.firstFrame else { break }
            guard trail.frames[index].number <= known.lastFrame else { continue }
            trail.frames[index].isListed = true
        }
        trails[flow] = trail
    }

    /// Takes the next record; those of frames before they are noted.
    ///
    /// - Returns: What it says of frames that were listed.
    public mutating func take(_ entry: CaptureEntry) -> [FaultLine] {
        switch entry.record {
        case .frame(let record):
            guard record.part == 0, filter.admits(record.connection, record.direction) else {
                return []
            }
            let flow = Flow(connection: record.connection, direction: record.direction)
            var trail = trails.removeValue(forKey: flow) ?? Trail()
            trail.frames.append(
                Frame(number: record.frame, start: record.offset, isListed: false)
            )
            if trail.frames.count >= 2 * Self.heldMax { trail.frames.removeFirst(Self.heldMax) }
            trails[flow] = trail
            return []
        case .rewrite(let record):
            let flow = Flow(connection: record.connection, direction: record.direction)
            guard filter.admits(record.connection, record.direction) else { return [] }
            trails[flow, default: Trail()].offsets.take(record)
            let isPutIn = record.byteCount == 0
            let range = isPutIn ? record.origin..<record.origin + 1 : record.range
            let frames = record.kind == .inserted ? nil : listed(range, of: flow)
            // What nobody has sent stands by itself, where nothing narrows the listing down.
            guard frames != nil || (record.kind == .inserted && isWhole) else { return [] }
            return [
                FaultLine(
                    time: entry.time,
                    connection: record.connection,
                    direction: record.direction,
                    frames: frames,
                    deed: .rewritten(record.kind, sentByteCount: UInt64(record.sent.count)),
                    fault: record.cause
                )
            ]
        case .held(let record):
            let flow = Flow(connection: record.connection, direction: record.direction)
            guard filter.admits(record.connection, record.direction), let trail = trails[flow],
                let frames = listed(
                    trail.offsets.received(
                        ofSent: record.offset
                    )..<trail.offsets.received(
                        ofSent: record.offset + record.byteCount
                    ),
                    of: flow
                )
            else { return [] }
            return [
                FaultLine(
                    time: entry.time,
                    connection: record.connection,
                    direction: record.direction,
                    frames: frames,
                    deed: .held(nanoseconds: record.heldNanoseconds),
                    fault: record.cause
                )
            ]
        case .closed(let record):
            for direction in Direction.allCases {
                trails[Flow(connection: record.connection, direction: direction)] = nil
            }
            return []
        default: return []
        }
    }

    private var isWhole: Bool {
        filter.opcode == nil && filter.text == nil && filter.query == nil && filter.from == nil
            && filter.through == nil
    }

    /// The listed frames that have bytes in a range; `nil` for none.
    private func listed(
        _ range: Range<ByteOffset>,
        of flow: Flow
    ) -> ClosedRange<UInt64>? {
        guard let frames = trails[flow]?.frames, !range.isEmpty else { return nil }
        var found: ClosedRange<UInt64>?
        for index in frames.indices.reversed() {
            let frame = frames[index]
            guard frame.start < range.upperBound else { continue }
            let end = index + 1 < frames.endIndex ? frames[index + 1].start : .max
            guard end > range.lowerBound else { break }
            guard frame.isListed else { continue }
            found = frame.number...(found?.upperBound ?? frame.number)
        }
        return found
    }
}
